using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// Reads one partition from its committed offset by long poll: a parked read costs nothing and wakes with the commit that makes a
/// record durable. Never throws, because Orleans would back off for 10–20 s: a failure is logged, the reader is opened anew at the
/// same offset after a short pause, and the next call tries again. One call at a time.
/// </summary>
internal sealed class PartitionPoll(
    IEventLog log, string group, TopicPartition partition, TimeSpan wait, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stopping = new();
    private ILogReader? _reader;
    private int _failures;

    /// <summary>Where the next read starts; -1 until the committed offset is known.</summary>
    public long Next { get; private set; } = -1;

    /// <summary>Where the last read started. Nothing readable lies between it and the first record it gave.</summary>
    public long From { get; private set; } = -1;

    /// <summary>As soon as there is at least one record; none when the wait is over, after a failure, or when it is stopped.</summary>
    public async Task<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            try
            {
                if (Next < 0) Next = await log.CommittedAsync(group, partition, stop.Token);
                From = Next;
                _reader ??= log.OpenReader(partition, Next);
                var records = await _reader.ReadAsync(maxRecords, maxBytes, wait, stop.Token);
                Next = _reader.NextOffset;
                _failures = 0;
                return records;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Reading {Partition} at offset {Offset} failed; trying again.", partition, Next);
                CloseReader();
                await Task.Delay(PauseAfterFailure(), time, stop.Token);
                return [];
            }
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>Ends a parked read, and all that follow.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        CloseReader();
    }

    public void Dispose()
    {
        CloseReader();
        _stopping.Dispose();
    }

    private TimeSpan PauseAfterFailure() =>
        TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(_failures++, 10), LongestPause.Ticks));

    private void CloseReader()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
