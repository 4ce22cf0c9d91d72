using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// What was read of one partition and is not yet delivered, indexed by stream: a record costs the same however many streams there
/// are, and a stream without records and cursors is forgotten. A record leaves, and its offset is done, when every cursor of its
/// stream has passed it, or when it is sure that nobody subscribes.
/// <para>
/// That a stream has no cursor does not say that nobody subscribes: the agent drops cursors of idle streams, when a subscriber's
/// delivery broke off, and at shutdown. So such a stream is announced to the agent again (<see cref="TakeAnnouncements"/>); when it still
/// has no cursor at the next purge, which the agent never calls while registrations are under way, there is no subscriber.
/// </para>
/// Everything runs on the pulling agent's scheduler: no locks.
/// </summary>
internal sealed class KeyStreamCache(string provider, LogStreamOptions options, StreamRecordFormat? format, TimeProvider time, Action<long> done)
    : IQueueCache
{
    /// <summary>While the cache is full, every so many of the agent's ticks do its housekeeping.</summary>
    public const int HousekeepingTicks = 200;

    private readonly Dictionary<StreamId, KeyStream> _streams = [];
    private readonly List<KeyStream> _unsettled = [];
    private readonly List<StreamId> _toAnnounce = [];
    private readonly List<StreamId> _doubtful = [];
    private readonly KeyValuePair<string, object?> _tag = StreamMetrics.Provider(provider);
    private int _refusals;
    private TaskCompletionSource _attention = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Records { get; private set; }

    public long Bytes { get; private set; }

    public int Streams => _streams.Count;

    /// <summary>Elementary steps so far: what a record costs is bounded by tests, whatever the number of streams.</summary>
    public long Steps { get; private set; }

    /// <summary>How many records may be read; 0 when the cache is full by count or bytes.</summary>
    public int RoomRecords => RoomBytes <= 0 ? 0 : Math.Max(0, options.CacheRecords - Records);

    public int RoomBytes => (int)Math.Max(0, options.CacheBytes - Bytes);

    /// <summary>Completes when a stream needs to be settled or announced: a parked read has to come back for it.</summary>
    public Task Attention
    {
        get
        {
            if (NeedsAttention) return Task.CompletedTask;
            if (_attention.Task.IsCompleted) _attention = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _attention.Task;
        }
    }

    private bool NeedsAttention => _unsettled.Count > 0 || _toAnnounce.Count > 0 || _doubtful.Count > 0;

    /// <summary>
    /// Not 0 while something is to be settled: the agent would not come to purge or to read announcements. And not always 0 while it is
    /// full: the agent drops idle streams only when it comes, and one of them may be what fills the cache.
    /// </summary>
    public int GetMaxAddCount()
    {
        if (RoomRecords > 0) return RoomRecords;
        return NeedsAttention || ++_refusals % HousekeepingTicks == 0 ? 1 : 0;
    }

    public bool IsUnderPressure() => RoomRecords == 0 && !NeedsAttention;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        int records = 0, streams = _streams.Count;
        long bytes = 0;
        foreach (StreamRecord message in messages.Cast<StreamRecord>())
        {
            Steps++;
            if (!_streams.TryGetValue(message.StreamId, out var stream))
            {
                if (message.Record is null) continue;
                _streams.Add(message.StreamId, stream = new KeyStream(message.StreamId));
            }
            if (message.Record is { } record)
            {
                Steps += stream.Add(record);
                records++;
                bytes += record.Size;
            }
            if (stream.Cursors.Count > 0) continue;
            stream.Announced = true;
            Unsettle(stream);
        }
        CountHeld(records, bytes, _streams.Count - streams);
    }

    /// <summary>Nothing is purged for the receiver to see: offsets are done as cursors move. Settles streams that had no cursor.</summary>
    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        foreach (var stream in _unsettled)
        {
            Steps++;
            stream.IsUnsettled = false;
            if (stream.Cursors.Count > 0)
            {
                // Registrations are over and whoever was dropped has its cursor again, or is gone.
                stream.Floor = long.MaxValue;
                Trim(stream);
            }
            else if (stream.Count > 0)
            {
                if (!stream.Announced) _toAnnounce.Add(stream.Id);
                else if (options.PubSubType == StreamPubSubType.ImplicitOnly) Release(stream);
                else _doubtful.Add(stream.Id);
            }
        }
        _unsettled.Clear();
        purgedItems = [];
        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        if (!_streams.TryGetValue(streamId, out var stream))
        {
            _streams.Add(streamId, stream = new KeyStream(streamId));
            CountHeld(0, 0, 1);
        }
        // At the oldest record held, whatever the token says: a subscriber that had a cursor before must miss nothing.
        var cursor = new KeyStreamCursor(this, stream);
        stream.Cursors.Add(cursor);
        return cursor;
    }

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(GetCacheCursor(streamId, token));

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursorAtPosition(StreamId streamId, StreamSubscriptionStartPosition startPosition) =>
        TryGetCacheCursor(streamId, null);

    /// <summary>Streams that the agent is to be shown, because they have records and lost their cursor.</summary>
    public IList<IBatchContainer> TakeAnnouncements()
    {
        IBatchContainer[] announcements = [.. _toAnnounce.Select(id => new StreamRecord(id, null))];
        _toAnnounce.Clear();
        return announcements;
    }

    /// <summary>Streams without cursors whose subscribers must be asked for before their records count as unwanted.</summary>
    public StreamId[] TakeDoubtful()
    {
        StreamId[] doubtful = [.. _doubtful];
        _doubtful.Clear();
        return doubtful;
    }

    /// <summary>Nobody subscribes: what waits is done. Nothing happens when somebody has come meanwhile.</summary>
    public void ReleaseUnsubscribed(StreamId id)
    {
        if (_streams.TryGetValue(id, out var stream) && stream.Cursors.Count == 0 && stream.Announced) Release(stream);
    }

    /// <summary>Looks at the stream again: it has subscribers, but no cursor yet.</summary>
    public void Reconsider(StreamId id)
    {
        if (_streams.TryGetValue(id, out var stream) && stream.Cursors.Count == 0) Unsettle(stream);
    }

    /// <summary>The poison record at this offset, when a cursor of the stream stands before it.</summary>
    public StreamRecordBatch? Poison(StreamId id, long offset) =>
        _streams.TryGetValue(id, out var stream) ? stream.Cursors.Select(c => c.Poison(offset)).FirstOrDefault(p => p is not null) : null;

    /// <summary>Lets every cursor that stands before this poison record move on: it is in the dead letters.</summary>
    public void DeadLettered(StreamId id, long offset)
    {
        if (!_streams.TryGetValue(id, out var stream)) return;
        foreach (var cursor in stream.Cursors)
            if (cursor.Poison(offset) is not null) cursor.DeadLettered();
    }

    /// <summary>The agent is done with this cache: it counts no more.</summary>
    public void Close()
    {
        CountHeld(-Records, -Bytes, -_streams.Count);
        _streams.Clear();
        _unsettled.Clear();
    }

    internal StreamRecordBatch Take(KeyStream stream, long from, bool singly)
    {
        int count = 1, max = singly ? 1 : options.ContainerRecords;
        for (long bytes = stream[from].Size; from + count < stream.End && count < max; count++)
            if ((bytes += stream[from + count].Size) > options.ContainerBytes) break;
        var records = new LogRecord[count];
        for (int i = 0; i < count; i++) records[i] = stream[from + i];
        Steps += count;
        return new StreamRecordBatch(stream.Id, provider, records, format);
    }

    internal long Now() => time.GetTimestamp();

    /// <summary>
    /// The agent gives up on a delivery at the limit, but also at once when it has to give up its partition: at shutdown, when a silo joins. Only
    /// the first says something about the record.
    /// </summary>
    internal bool WasOfferedLongEnough(long since) => time.GetElapsedTime(since) >= options.MaxEventDeliveryTime;

    internal void Trim(KeyStream stream)
    {
        Steps += 1 + stream.Cursors.Count;
        RemoveUntil(stream, stream.Passed);
    }

    internal void Drop(KeyStream stream, KeyStreamCursor cursor)
    {
        Steps += stream.Cursors.Count;
        if (!stream.Cursors.Remove(cursor)) return;
        bool last = stream.Cursors.Count == 0;
        // A pin holds nothing back: the cursors of the subscribers, opened since, say what is needed.
        if (cursor.Next < stream.End && (last || !cursor.IsPin)) stream.Floor = Math.Min(stream.Floor, cursor.Next);
        if (last) RemoveUntil(stream, Math.Min(stream.Floor, cursor.Next));
        if (stream.Count > 0)
        {
            stream.Announced &= !last;
            Unsettle(stream);
        }
        ForgetIfIdle(stream);
    }

    internal void CountDelivered(int records) => StreamMetrics.KeyStreamDelivered.Add(records, _tag);

    private void Release(KeyStream stream)
    {
        stream.Floor = long.MaxValue;
        RemoveUntil(stream, stream.End);
        ForgetIfIdle(stream);
    }

    private void RemoveUntil(KeyStream stream, long number)
    {
        int records = 0;
        long bytes = 0;
        for (; stream.First < number; records++)
        {
            var record = stream.RemoveFirst();
            bytes += record.Size;
            done(record.Offset);
        }
        Steps += records;
        if (records > 0) CountHeld(-records, -bytes, 0);
    }

    private void ForgetIfIdle(KeyStream stream)
    {
        if (stream.Count == 0 && stream.Cursors.Count == 0 && _streams.Remove(stream.Id)) CountHeld(0, 0, -1);
    }

    private void Unsettle(KeyStream stream)
    {
        if (!stream.IsUnsettled)
        {
            stream.IsUnsettled = true;
            _unsettled.Add(stream);
        }
        _attention.TrySetResult();
    }

    private void CountHeld(int records, long bytes, int streams)
    {
        Records += records;
        Bytes += bytes;
        StreamMetrics.KeyStreamCacheRecords.Add(records, _tag);
        StreamMetrics.KeyStreamCacheBytes.Add(bytes, _tag);
        StreamMetrics.KeyStreamsIndexed.Add(streams, _tag);
    }
}
