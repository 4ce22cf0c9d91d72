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
    /// Empties the model and reads its partitions again from these offsets, others from the oldest record, unless it is of this generation or a later one already.
    /// Completes when it has caught up with what the log held when it was called; meanwhile queries see it grow.
    /// </summary>
    /// <param name="model">Which one.</param>
    /// <param name="generation">Numbers the rebuilds of the model; stored with it, so that a process that starts later knows whether it has to do it, too.</param>
    /// <param name="from">Where partitions start.</param>
    /// <param name="cancellationToken">Ends the waiting, not the rebuild.</param>
    /// <exception cref="ArgumentException">No such model.</exception>
    Task RebuildAsync(string model, long generation, IReadOnlyDictionary<TopicPartition, long> from, CancellationToken cancellationToken = default);

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
/// <param name="Generation">The rebuild that it is of; 0 when none was ever asked for.</param>
public sealed record ReadModelStatus(string Name, long Lag, TimeSpan Staleness, long Skipped, long Lost, string? Failure, long Generation);
