using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>The read models of this process.</summary>
public interface IReadModels
{
    /// <summary>How each stands, in the order registered.</summary>
    IReadOnlyList<ReadModelStatus> Status { get; }

    /// <summary>Waits until the model contains the record at the position: read your writes. False when the time passed before.</summary>
    /// <exception cref="ArgumentException">No such model, or it does not read that topic.</exception>
    Task<bool> WaitForAsync(string model, Position position, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>
    /// Empties the model and reads its partitions again from these offsets, others from the oldest record. Completes when it has caught up with what the log held
    /// when it was called; meanwhile queries see it grow.
    /// </summary>
    /// <exception cref="ArgumentException">No such model.</exception>
    Task RebuildAsync(string model, IReadOnlyDictionary<TopicPartition, long> from, CancellationToken cancellationToken = default);

    /// <summary>Whether this process has the model.</summary>
    bool Has(string model);

    /// <summary>The model's next offset of a partition.</summary>
    long PositionOf(string model, TopicPartition partition);
}

/// <summary>How a read model stands.</summary>
/// <param name="Name">The model.</param>
/// <param name="Lag">Records that it has not taken in yet, over all partitions.</param>
/// <param name="Staleness">For how long it has not been level with the log; zero when it is.</param>
/// <param name="Skipped">Records since the start that it could not take in.</param>
/// <param name="Lost">Offsets since the start that were trimmed before it had read them.</param>
/// <param name="Failure">Why it cannot read the log or its snapshot now; null when it can.</param>
public sealed record ReadModelStatus(string Name, long Lag, TimeSpan Staleness, long Skipped, long Lost, string? Failure);
