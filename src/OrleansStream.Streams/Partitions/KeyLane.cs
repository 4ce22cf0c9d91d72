using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// The records of one key on their way through its partition: waiting, in one call, and called but not yet durable. When
/// anything of it fails, the lane stops until every call is settled, then starts again from the oldest failed record, so that
/// a key never sees a record before an earlier one.
/// </summary>
internal sealed class KeyLane(string key)
{
    private readonly Queue<LogRecord> _waiting = new();
    private List<LogRecord>? _failed;
    private long _lastTaken = -1;

    public string Key { get; } = key;

    /// <summary>The key as a grain; null until it is called as one.</summary>
    public IKeyedStreamGrain? Grain { get; set; }

    /// <summary>Where the key's activation on this silo was found last.</summary>
    public LocalKeys.Entry? Place;

    /// <summary>Records since <see cref="HotKeys"/> was told of some.</summary>
    public int Uncounted { get; set; }

    /// <summary>It had records since the lanes were cleared out last.</summary>
    public bool Used { get; set; }

    /// <summary>Calls that were answered and whose checkpoint is not yet durable, or that are read again because it never was.</summary>
    public int Unconfirmed { get; private set; }

    /// <summary>In the ready queue, in a call, or pausing before a retry.</summary>
    public bool Scheduled { get; set; }

    public int Attempts { get; set; }

    public bool CanDispatch => !Scheduled && (_failed is null ? _waiting.Count > 0 : Unconfirmed == 0);

    public bool IsIdle => !Scheduled && Unconfirmed == 0 && _waiting.Count == 0 && _failed is null;

    public void Add(LogRecord record) => _waiting.Enqueue(record);

    /// <returns>The next records, and the one before them while it is not known to be durable: a key that lost it must not take these.</returns>
    public (LogRecord[] Records, long Previous) Take(int max)
    {
        if (_failed is not null) PutFailedBack();
        var records = new LogRecord[Math.Min(max, _waiting.Count)];
        for (int i = 0; i < records.Length; i++) records[i] = _waiting.Dequeue();
        long previous = Unconfirmed > 0 ? _lastTaken : -1;
        _lastTaken = records[^1].Offset;
        return (records, previous);
    }

    /// <summary>What a burst needed is given back when it is over.</summary>
    public void Shrink()
    {
        if (_waiting.Count == 0 && _waiting.Capacity > 16) _waiting.TrimExcess();
    }

    /// <summary>A call was answered.</summary>
    public void Expect() => Unconfirmed++;

    /// <summary>What an answered call brought is durable, or is here again.</summary>
    public void Settle()
    {
        Unconfirmed--;
        // What failed is no longer in the log.
        if (Unconfirmed == 0 && _failed is { Count: 0 }) _failed = null;
    }

    /// <summary>Stops until every call is settled: of one of them the records come again.</summary>
    public void Stop() => _failed ??= [];

    public void Fail(IReadOnlyCollection<LogRecord> records) => (_failed ??= []).AddRange(records);

    private void PutFailedBack()
    {
        var all = _failed!;
        _failed = null;
        all.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        all.AddRange(_waiting);
        _waiting.Clear();
        foreach (var record in all) _waiting.Enqueue(record);
    }
}
