using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Commits how far a partition is done without a hole: by time, by count and at the end. The timer has its own thread, everything
/// else the pulling agent's.
/// </summary>
internal sealed class OffsetCommitter : IAsyncDisposable
{
    private readonly IEventLog _log;
    private readonly string _group;
    private readonly TopicPartition _partition;
    private readonly int _everyRecords;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _committing = new(1, 1);
    private OffsetTracker? _tracker;
    private long _committed;
    private long _askedFor;

    public OffsetCommitter(IEventLog log, string group, TopicPartition partition, LogStreamOptions options, TimeProvider time, ILogger logger)
    {
        (_log, _group, _partition, _everyRecords, _logger) = (log, group, partition, options.CommitRecords, logger);
        _timer = time.CreateTimer(_ => CommitAsync().Ignore(), null, options.CommitInterval, options.CommitInterval);
    }

    /// <summary>Takes note of what was read from the offset on.</summary>
    public void Register(long from, IReadOnlyList<LogRecord> records)
    {
        lock (_gate)
        {
            if (_tracker is null)
            {
                _tracker = new OffsetTracker(from);
                _committed = _askedFor = from;
            }
            foreach (var record in records) _tracker.Register(record.Offset);
        }
    }

    /// <summary>The record needs no one's attention any more.</summary>
    public void Complete(long offset)
    {
        lock (_gate)
        {
            _tracker!.Complete(offset);
            if (_tracker.Watermark - _askedFor < _everyRecords) return;
            _askedFor = _tracker.Watermark;
        }
        CommitAsync().Ignore();
    }

    /// <summary>Commits the watermark if it moved. Never throws: a later commit covers this one, and a crash before that only means that more is delivered again.</summary>
    public async Task CommitAsync()
    {
        await _committing.WaitAsync();
        try
        {
            long watermark;
            lock (_gate) watermark = _tracker?.Watermark ?? 0;
            if (watermark <= _committed) return;
            await _log.CommitAsync(_group, _partition, watermark);
            _committed = watermark;
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "Committing {Partition} for {Group} failed; it is tried again.", _partition, _group);
        }
        finally
        {
            _committing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await CommitAsync();
    }
}
