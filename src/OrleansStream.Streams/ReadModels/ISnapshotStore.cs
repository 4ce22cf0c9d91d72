namespace OrleansStream.Streams.ReadModels;

/// <summary>Where read models are kept, so that a start need not read the whole log. A process without one rebuilds its models.</summary>
public interface ISnapshotStore
{
    /// <summary>What was stored last under the name; null when nothing was.</summary>
    Task<StoredSnapshot?> ReadAsync(string model, CancellationToken cancellationToken);

    /// <summary>Replaces what is stored, piece by piece, so that a large model holds up nobody else's writes; durable when it returns.</summary>
    /// <param name="model">The name.</param>
    /// <param name="head">Small.</param>
    /// <param name="pieces">Some hundred kilobytes each.</param>
    /// <param name="replaces">Asked about the head of what is stored, by whomever: whether this one may take its place.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False when it may not, or when another process is writing a snapshot of the model just now.</returns>
    Task<bool> WriteAsync(string model, byte[] head, IEnumerable<byte[]> pieces, Func<byte[], bool> replaces, CancellationToken cancellationToken);
}

/// <summary>A snapshot as it is stored.</summary>
/// <param name="Head">Small: of which version it is and how far it reaches.</param>
/// <param name="Pieces">The model, read as they are asked for. A piece that is not as it was written throws <see cref="InvalidDataException"/>.</param>
public sealed record StoredSnapshot(byte[] Head, IAsyncEnumerable<byte[]> Pieces);
