using System.Buffers;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Recovery;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// One partition. Appends gather while a commit is under way and share the next one (group commit); an append completes, and its records become
/// readable, only when they are on disk. What could not be written is taken back whole, identities and offsets too, and the next append is a new try.
/// </summary>
internal sealed class EmbeddedPartition : IAsyncDisposable
{
    private readonly TopicPartition _id;
    private readonly ILogFileSystem _files;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly DeduplicationIndex _identities;
    private readonly TailBuffer _tail;
    private readonly CommitQueue _queue;
    private readonly CommitLoop _commits;
    private readonly SegmentWriter _writer;
    private readonly SegmentList _segments;
    private readonly PartitionTrimmer _trimmer;
    private readonly Action<TopicPartition> _rolled;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _high;
    private long _durable;
    private long _next;
    private bool _started, _closed, _rollAsked;

    /// <param name="id">Which it is.</param>
    /// <param name="setup">What all partitions share.</param>
    /// <param name="committed">The highest offset that any consumer has committed.</param>
    /// <exception cref="LogUnavailableException">The files are damaged in a way that must not be passed over.</exception>
    public EmbeddedPartition(TopicPartition id, PartitionSetup setup, long committed)
    {
        (_id, _files, _logger, _rolled) = (id, setup.Files, setup.Logger, setup.Rolled);
        var options = setup.Options;
        string directory = Path.Combine(options.Directory, id.Topic, $"{id.Partition:d3}");
        _identities = new DeduplicationIndex(options.DeduplicationCapacity);
        _tail = new TailBuffer(options.TailRecords, options.TailBytes, options.TailKeep);
        _queue = new CommitQueue(options.MaxWaitingBytes);
        _files.CreateDirectory(directory);
        var low = new LowWatermarkFile(directory, _files);
        var found = new PartitionRecovery(id, directory, _files, low, _identities).Run(committed);
        _segments = found.Segments;
        (_high, _durable, _next) = (_segments.High, found.Next, found.Next);
        _writer = new SegmentWriter(id, directory, _files, low, options.SegmentBytes, options.SegmentAgeOf(id.Topic), setup.Time);
        _writer.Resume(_segments.Active, found.Skips);
        _trimmer = new PartitionTrimmer(id, directory, _files, low, _logger);
        _commits = new CommitLoop(this, _writer);
        Failure = new WriteFailure(id, directory, _files, _logger);
        if (found.Warning is { } warning) _logger.LogWarning("{Warning}", warning);
        if (found.Skips) StartAtSkip();
    }

    public LogWatermarks Watermarks
    {
        get { lock (_gate) return new(_segments.Low, _high); }
    }

    public long Records
    {
        get { lock (_gate) return _segments.Records; }
    }

    public long RecordsFrom(long offset)
    {
        lock (_gate) return _segments.RecordsFrom(offset);
    }

    public WriteFailure Failure { get; }

    /// <summary>The offset after the newest record on disk, or to which it skips.</summary>
    public long Durable
    {
        get { lock (_gate) return _durable; }
    }

    public bool HasWork
    {
        get { lock (_gate) return _queue.HasRecords; }
    }

    public bool TryReserve(long bytes) => _queue.TryReserve(bytes);

    public void Release(long bytes) => _queue.Release(bytes);

    /// <summary>True when the record is on disk already.</summary>
    public bool Knows(LogRecord record)
    {
        var identity = IdentityHash.Of(record);
        lock (_gate) return _identities.TryGet(identity, out long offset) && offset < _durable;
    }

    /// <summary>Appends the records at <paramref name="indexes"/> and completes when they, and the first ones of duplicates, are durable.</summary>
    /// <param name="records">Of a whole call.</param>
    /// <param name="indexes">Which of them are this partition's.</param>
    /// <param name="results">Filled at the same indexes.</param>
    /// <param name="reserved">What was reserved for them; what duplicates do not need is released.</param>
    public Task AppendAsync(IReadOnlyList<LogRecord> records, List<int> indexes, AppendResult[] results, long reserved)
    {
        var hashes = ArrayPool<UInt128>.Shared.Rent(indexes.Count);
        for (int i = 0; i < indexes.Count; i++) hashes[i] = IdentityHash.Of(records[indexes[i]]);
        try
        {
            lock (_gate)
            {
                if (_closed) return Task.FromException(new LogUnavailableException($"The log of {_id} is closed."));
                long last = -1, free = reserved;
                for (int i = 0; i < indexes.Count; i++)
                {
                    var record = records[indexes[i]];
                    bool known = _identities.GetOrAdd(hashes[i], _next, out long offset);
                    if (!known)
                    {
                        _queue.Add(record.At(_next++));
                        free -= record.Size;
                    }
                    last = Math.Max(last, offset);
                    results[indexes[i]] = new AppendResult(new Position(_id.Topic, _id.Partition, offset), known);
                }
                _queue.Release(free);
                if (last < _durable) return Task.CompletedTask;
                Wake();
                return _queue.WaitFor(last);
            }
        }
        finally
        {
            ArrayPool<UInt128>.Shared.Return(hashes);
        }
    }

    /// <summary>Waits for records to write, or a file to start. False when the partition is closed and nothing is left.</summary>
    public bool Take(ref List<LogRecord> records, out bool roll)
    {
        lock (_gate)
        {
            while (!_queue.HasRecords && !_closed && !_rollAsked) Monitor.Wait(_gate);
            (roll, _rollAsked) = (_rollAsked, false);
            records = _queue.Take(records);
            return records.Count > 0 || !_closed;
        }
    }

    /// <summary>The block is on disk: its records become readable, and who waited for them goes on.</summary>
    public void Publish(Segment segment, BlockHeader block, ReadOnlySpan<LogRecord> records)
    {
        TaskCompletionSource changed;
        long bytes = 0;
        bool rolled;
        lock (_gate)
        {
            rolled = FollowLocked(segment);
            segment.Add(block);
            foreach (var record in records)
            {
                _tail.Add(record);
                bytes += record.Size;
            }
            _high = _durable = block.End;
            _tail.Settle();
            _identities.Settle();
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _queue.Release(bytes);
            _queue.Complete(block.End);
        }
        changed.SetResult();
        Failure.Clear();
        if (rolled) _rolled(_id);
    }

    /// <summary>A new file without records.</summary>
    public void Follow(Segment segment)
    {
        lock (_gate) FollowLocked(segment);
        _rolled(_id);
    }

    /// <summary>Takes everything back that is not on disk.</summary>
    /// <param name="error">What the write ended with.</param>
    /// <param name="unwritten">Those taken for writing; what gathered meanwhile goes with them.</param>
    public void Fail(Exception error, List<LogRecord> unwritten)
    {
        var failure = Failure.Set(error);
        lock (_gate)
        {
            _identities.RemoveNewest((int)(_next - _durable));
            _next = _durable;
            _queue.Release(unwritten.Sum(r => (long)r.Size));
            _queue.Fail(failure);
        }
    }

    /// <summary>Takes records from memory; false when the offset lies before what memory holds. Says what to await when there is nothing yet.</summary>
    public bool TryReadTail(TailReader reader, long offset, int max, int bytes, List<LogRecord> target, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            offset = Math.Max(offset, _segments.Low);
            bool isHere = offset >= _high || offset >= _tail.First;
            if (!isHere)
            {
                _tail.Leave(reader);
                return false;
            }
            if (offset < _high) _tail.CopyTo(target, offset, max, bytes);
            _tail.Place(reader, target.Count > 0 ? target[^1].Offset + 1 : offset);
            return true;
        }
    }

    /// <summary>The reader ends.</summary>
    public void Leave(TailReader reader)
    {
        lock (_gate) _tail.Leave(reader);
    }

    /// <summary>Opens the files at the first record at or after the offset; null when there is none.</summary>
    public SegmentCursor? OpenCursor(long offset) => Open(() => _segments.Find(offset));

    /// <summary>The offset of the first durable record received at or after the time; the high watermark when there is none.</summary>
    public long OffsetForTime(DateTimeOffset time)
    {
        using var cursor = Open(() => _segments.FindTime(time.UtcTicks));
        while (cursor?.Read(0) is { } record)
            if (record.ReceivedAt >= time) return record.Offset;
        return Watermarks.High;
    }

    public IDisposable Hold(long offset) => _trimmer.Holds.Add(offset);

    /// <summary>Removes files as the plan says. <paramref name="byAge"/>: starts a new one first when the newest is old, so that it can go another time.</summary>
    public void Trim(TrimPlan plan, bool byAge = false)
    {
        lock (_gate)
        {
            if (_closed) return;
            _rollAsked |= byAge && _segments.Active is { Records: > 0 };
            if (_rollAsked) Wake();
        }
        _trimmer.Trim(plan with { Held = _trimmer.Holds.Lowest }, () => { lock (_gate) return [.. _segments.All]; }, count =>
        {
            lock (_gate)
            {
                _segments.RemoveOldest(count);
                _high = Math.Max(_high, _segments.Low);
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            if (_started) Monitor.Pulse(_gate);
        }
        _trimmer.Close();
        if (_started) await _commits.Ended.ConfigureAwait(false);
        else _writer.Dispose();
    }

    private void Wake()
    {
        if (!_started) _commits.Start($"log {_id}");
        _started = true;
        Monitor.Pulse(_gate);
    }

    private bool FollowLocked(Segment segment)
    {
        var active = _segments.Active;
        if (active == segment) return false;
        if (active is { Records: 0 } && active.BaseOffset == segment.BaseOffset) _segments.ReplaceActive(segment);
        else _segments.Add(segment);
        _high = Math.Max(_high, _segments.Low);
        return true;
    }

    private void StartAtSkip()
    {
        try
        {
            FollowLocked(_writer.StartFile(_next));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A full disk must not keep the log closed: nothing was cut yet, so that a restart comes to the same end, and the first append tries again.
            _logger.LogWarning(e, "{Partition}: the file for offset {Offset} could not be made; the next append tries again.", _id, _next);
        }
    }

    private SegmentCursor? Open(Func<SegmentPlace?> find)
    {
        while (true)
        {
            SegmentPlace? place;
            lock (_gate) place = find();
            if (place is null) return null;
            try
            {
                return new SegmentCursor(_files, place.Value);
            }
            catch (FileNotFoundException e)
            {
                // Trimmed since; when it was not, somebody took the file away.
                lock (_gate)
                    if (_segments.All.Contains(place.Value.Segment)) throw new LogUnavailableException($"'{place.Value.Segment.Path}' is missing. Restore it from a copy.", e);
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                throw new LogUnavailableException($"'{place.Value.Segment.Path}' could not be opened: {e.Message}", e);
            }
        }
    }
}
