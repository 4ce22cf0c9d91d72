using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Commits;

/// <summary>What becomes of a row.</summary>
internal enum RowChange
{
    /// <summary>It holds the payload.</summary>
    Write,

    /// <summary>It holds nothing, and counts on.</summary>
    Clear,

    /// <summary>It goes.</summary>
    Delete,
}

/// <summary>One row's part of a transaction.</summary>
/// <param name="Row">Which row.</param>
/// <param name="Change">What becomes of it.</param>
/// <param name="ExpectedVersion">The version it must have; null when there must be no row.</param>
/// <param name="Payload">What it holds afterwards; empty unless it is written.</param>
/// <param name="Chunks">History to append with it.</param>
/// <param name="Timers">Changes of the timer index, in order.</param>
internal sealed record RowWrite(
    RowIdentity Row, RowChange Change, int? ExpectedVersion, ReadOnlyMemory<byte> Payload, IReadOnlyList<HistoryChunk> Chunks, IReadOnlyList<TimerWrite> Timers)
{
    /// <summary>About what it takes on the wire and in the database's log.</summary>
    public long Bytes { get; } = 128 + Payload.Length + (Chunks.Count == 0 ? 0 : Chunks.Sum(chunk => 128L + chunk.Payload.Length + chunk.IdHashes.Length));

    public static RowWrite Of(CheckpointWrite write) => new(
        RowIdentity.OfCheckpoint(write.Grain), write.Payload is null ? RowChange.Delete : RowChange.Write, write.ExpectedVersion == 0 ? null : write.ExpectedVersion, write.Payload, write.Chunks, write.Timers);
}

/// <summary>What became of it.</summary>
/// <param name="Version">The row's version now; null when it had another than the expected one, or when it failed.</param>
/// <param name="Fault">Why the database can never hold this row; null otherwise.</param>
internal readonly record struct RowOutcome(int? Version, Exception? Fault)
{
    public static readonly RowOutcome Conflict = new(null, null);

    public bool IsWritten => Version is not null;
}

/// <summary>A row as it is stored.</summary>
/// <param name="Version">Null only in rows that others wrote.</param>
/// <param name="Payload">Null when it was cleared.</param>
internal sealed record RowContent(int? Version, byte[]? Payload);
