namespace OrleansStream.Streams.Log;

/// <summary>One record as it stands in the log. Immutable once appended; readers share the object.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.LogRecord")]
public sealed class LogRecord
{
    // Asked for a dozen times on a record's way; every time it would touch all its texts. Not on the wire.
    [NonSerialized] private int _size;

    /// <summary>Place within the partition; -1 until appended.</summary>
    [Id(0)] public long Offset { get; init; } = -1;

    /// <summary>The key: all records of a key are in one partition and are applied in order.</summary>
    [Id(1)] public required string Key { get; init; }

    /// <summary>With <see cref="Key"/> and <see cref="Id"/> the identity for de-duplication.</summary>
    [Id(2)] public string Source { get; init; } = "";

    [Id(3)] public required string Id { get; init; }

    /// <summary>When the event happened, as its producer says.</summary>
    [Id(4)] public DateTimeOffset Time { get; init; }

    /// <summary>When the event was handed in, by the clock of the process that appended it.</summary>
    [Id(5)] public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Small, optional: trace context, CloudEvents attributes.</summary>
    [Id(6)] public KeyValuePair<string, string>[] Headers { get; init; } = [];

    /// <summary>The payload as it came, UTF-8 JSON for all built-in topics.</summary>
    [Id(7)] public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>What the record weighs in caches and windows, in bytes.</summary>
    public int Size => _size > 0 ? _size : _size = Weigh();

    /// <summary>A producer of a compacted topic deleted the key there: no event, and no rule could read it.</summary>
    public bool IsTombstone => Header(LogHeaders.Kind) == LogHeaders.Tombstone;

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
            if (key == name) return value;
        return null;
    }

    /// <summary>The same record at its place in the log.</summary>
    public LogRecord At(long offset) => new()
    {
        Offset = offset, Key = Key, Source = Source, Id = Id, Time = Time, ReceivedAt = ReceivedAt, Headers = Headers, Value = Value, _size = _size,
    };

    private int Weigh()
    {
        int size = 96 + 2 * (Key.Length + Source.Length + Id.Length) + Value.Length;
        foreach (var (name, value) in Headers) size += 64 + 2 * (name.Length + value.Length);
        return size;
    }
}
