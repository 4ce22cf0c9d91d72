using System.Buffers;
using FASTER.core;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// One partition on one FasterLog. Appends gather while a commit is under way and share the next one (group commit); an
/// append completes, and its records become readable, only when they are on disk. Offsets are dense: 0, 1, 2, …
/// </summary>
internal sealed class EmbeddedPartition : IAsyncDisposable
{
    private readonly TopicPartition _id;
    private readonly object _gate = new();
    private readonly IDevice _device;
    private readonly FasterLog _log;
    private readonly DeduplicationIndex _identities;
    private readonly OffsetIndex _addresses = new();
    private readonly TailBuffer _tail;
    private readonly Queue<LogRecord> _uncommitted = new();
    private readonly Queue<(long LastOffset, TaskCompletionSource Done)> _waiting = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly Task _committing;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogUnavailableException? _failure;
    private long _next;
    private long _high;

    public EmbeddedPartition(TopicPartition id, string directory, EmbeddedLogOptions options, ILogger logger)
    {
        (_id, _logger) = (id, logger);
        _identities = new DeduplicationIndex(options.DeduplicationCapacity);
        _tail = new TailBuffer(options.TailRecords, options.TailBytes);
        Directory.CreateDirectory(directory);
        (_device, _log) = FasterLogFiles.Open(directory);
        Recover(directory);
        _committing = Task.Run(CommitLoopAsync);
    }

    public LogWatermarks Watermarks
    {
        get { lock (_gate) return new(_addresses.First, _high); }
    }

    public LogUnavailableException? Failure => Volatile.Read(ref _failure);

    /// <summary>Appends the records at <paramref name="indexes"/> and completes when they, and the first ones of duplicates, are durable.</summary>
    public Task AppendAsync(IReadOnlyList<LogRecord> records, IReadOnlyList<int> indexes, AppendResult[] results)
    {
        TaskCompletionSource done;
        lock (_gate)
        {
            if (_failure is { } failure) throw failure;
            long last = -1;
            foreach (int i in indexes)
            {
                var record = records[i];
                bool known = _identities.GetOrAdd(DeduplicationIndex.Hash(record.Key, record.Source, record.Id), _next, out long offset);
                if (!known) Enqueue(record);
                last = Math.Max(last, offset);
                results[i] = new AppendResult(new Position(_id.Topic, _id.Partition, offset), known);
            }
            if (last < _high) return Task.CompletedTask;
            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((last, done));
            if (_work.CurrentCount == 0) _work.Release();
        }
        return done.Task;
    }

    /// <summary>Takes records from memory; false when the offset lies before what memory holds. Says what to await when there is nothing yet.</summary>
    public bool TryReadTail(long offset, int max, int bytes, List<LogRecord> target, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            if (offset >= _high) return true;
            if (offset < _tail.First) return false;
            _tail.CopyTo(target, offset, max, bytes);
            return true;
        }
    }

    /// <summary>Scans from disk, starting at or before <paramref name="offset"/>.</summary>
    public FasterLogScanIterator Scan(long offset)
    {
        long address;
        lock (_gate) address = _addresses.AtOrBefore(offset);
        return _log.Scan(Math.Max(address, _log.BeginAddress), long.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _committing.ConfigureAwait(false);
        _log.Dispose();
        _device.Dispose();
        _stop.Dispose();
        _work.Dispose();
    }

    private void Enqueue(LogRecord record)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LogRecordCodec.MaxLength(record));
        int length = LogRecordCodec.Encode(record, _next, buffer);
        long address = _log.Enqueue(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        _addresses.Add(_next, address);
        _uncommitted.Enqueue(record.At(_next));
        _next++;
    }

    private async Task CommitLoopAsync()
    {
        try
        {
            while (true)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                long until;
                lock (_gate) until = _next;
                await _log.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                Publish(until);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Fail(new LogUnavailableException($"The log of {_id} is closed."));
        }
        catch (Exception e)
        {
            _logger.LogCritical(e, "Partition {Partition} cannot be written; it refuses records until the process is restarted.", _id);
            Fail(new LogUnavailableException($"The log of {_id} could not be written: {e.Message}", e));
        }
    }

    private void Publish(long until)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            while (_uncommitted.TryPeek(out var record) && record.Offset < until) _tail.Add(_uncommitted.Dequeue());
            _high = until;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            while (_waiting.TryPeek(out var waiter) && waiter.LastOffset < until) _waiting.Dequeue().Done.SetResult();
            if (_waiting.Count > 0 && _work.CurrentCount == 0) _work.Release();
        }
        changed.SetResult();
    }

    private void Fail(LogUnavailableException failure)
    {
        lock (_gate)
        {
            _failure = failure;
            while (_waiting.TryDequeue(out var waiter)) waiter.Done.SetException(failure);
        }
    }

    private void Recover(string directory)
    {
        using var scan = _log.Scan(_log.BeginAddress, _log.CommittedUntilAddress);
        while (scan.GetNext(out byte[] entry, out int length, out long address))
        {
            var record = LogRecordCodec.Decode(entry.AsMemory(0, length));
            _identities.GetOrAdd(DeduplicationIndex.Hash(record.Key, record.Source, record.Id), record.Offset, out _);
            _addresses.Add(record.Offset, address);
            _next = _high = record.Offset + 1;
        }
        if (_next == 0 && FasterLogFiles.HoldRecords(directory))
            throw new LogUnavailableException(
                $"The log files in '{directory}' hold data, but no commit in them can be read. Restore the directory from a copy, or move it away to start empty.");
    }
}
