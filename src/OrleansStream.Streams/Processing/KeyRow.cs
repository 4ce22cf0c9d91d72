using System.Collections.Immutable;

namespace OrleansStream.Streams.Processing;

/// <summary>The core row of a key: its state, how far it has applied its partition, and its latest outputs.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyRow`1")]
public sealed record KeyRow<TState>
{
    [Id(0)] public required TState State { get; init; }

    /// <summary>The last record of the key's partition that the state contains; -1 before the first.</summary>
    [Id(1)] public long AppliedOffset { get; init; } = -1;

    /// <summary>The key's partition; -1 before the first record.</summary>
    [Id(2)] public int Partition { get; init; } = -1;

    /// <summary>The newest outputs, oldest first; older ones lie in history chunks.</summary>
    [Id(3)] public ImmutableArray<OutputEntry> Recent { get; init; } = [];

    /// <summary>All outputs ever, in the row and in history.</summary>
    [Id(4)] public long OutputCount { get; init; }

    /// <summary>The timers that are set; few.</summary>
    [Id(5)] public ImmutableArray<KeyTimer> Timers { get; init; } = [];

    /// <summary>The processor's version of the state; 0 in rows of before there were versions, which means 1.</summary>
    [Id(6)] public int StateVersion { get; init; }

    /// <summary>When history chunks began, of a few of them, oldest first, to find those that are too old; null where history stays for ever.</summary>
    [Id(7)] public HistoryMark[]? Marks { get; init; }

    /// <summary>The last record erased the key: nothing is known of it but how far it has applied its partition.</summary>
    [Id(8)] public bool IsErased { get; init; }
}

/// <summary>A history chunk and when its first output's input was handed in.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.HistoryMark")]
public readonly record struct HistoryMark([property: Id(0)] long FirstOffset, [property: Id(1)] DateTimeOffset At);

/// <summary>A timer that is set.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyTimer")]
public readonly record struct KeyTimer([property: Id(0)] string Name, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>One output as it is stored with the state.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.OutputEntry")]
public sealed record OutputEntry
{
    /// <summary>The offset of the input that caused it.</summary>
    [Id(0)] public long Offset { get; init; }

    /// <summary>Which of that input's outputs, from 0.</summary>
    [Id(1)] public int Index { get; init; }

    /// <summary>What callers ask for it by: the input's business id.</summary>
    [Id(2)] public string Id { get; init; } = "";

    /// <summary>Where it goes other than to the processor's output topic; null for the output topic.</summary>
    [Id(3)] public string? Topic { get; init; }

    /// <summary>When the input was handed in.</summary>
    [Id(4)] public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it was made.</summary>
    [Id(5)] public DateTimeOffset DecidedAt { get; init; }

    /// <summary>The serialized output; of a dead letter or an emission, its JSON.</summary>
    [Id(6)] public byte[] Payload { get; init; } = [];

    /// <summary>The de-duplication source of the input.</summary>
    [Id(7)] public string Source { get; init; } = "";

    /// <summary>The key of an emission; null for this key.</summary>
    [Id(8)] public string? Key { get; init; }

    /// <summary>What was known from other keys, serialized; null when the processor needs nothing.</summary>
    [Id(9)] public byte[]? Facts { get; init; }

    /// <summary>When the input happened.</summary>
    [Id(10)] public DateTimeOffset Time { get; init; }
}
