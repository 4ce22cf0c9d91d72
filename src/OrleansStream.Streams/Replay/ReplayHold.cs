using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>Keeps what a replay has still to read from being trimmed, and moves on with it.</summary>
internal sealed class ReplayHold(IEventLog log, TopicPartition partition, long offset) : IDisposable
{
    private IDisposable _held = log.Hold(partition, offset);

    public void MoveTo(long next)
    {
        // The new one first: in between, nothing is free.
        var held = log.Hold(partition, next);
        _held.Dispose();
        _held = held;
    }

    public void Dispose() => _held.Dispose();
}
