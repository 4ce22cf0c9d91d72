namespace OrleansStream.Streams.Conformance;

/// <summary>Real time, many times faster: minutes of an outage pass in seconds, and nobody has to advance a clock while threads are at work.</summary>
public sealed class HurriedTime(int factor) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _origin = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _start) * factor;

    public override DateTimeOffset GetUtcNow() => _origin + GetElapsedTime(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period));

    // Never quite at once: a periodic timer of nothing would be none.
    private TimeSpan Hurry(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(time.Ticks / factor, TimeSpan.TicksPerMillisecond));
}
