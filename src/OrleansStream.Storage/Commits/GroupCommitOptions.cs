using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Storage.Commits;

/// <summary>How concurrent writes are gathered into transactions.</summary>
public sealed class GroupCommitOptions
{
    /// <summary>
    /// Longest time since the last transaction that the next one waits for as many writers as that one had. A writer that comes alone never waits. Default 5 ms.
    /// </summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Most rows in one transaction, unless a single call brings more. Default 2,000.</summary>
    [Range(1, 1_000_000)] public int TransactionRows { get; set; } = 2_000;

    /// <summary>Most bytes in one transaction, unless a single call brings more. Default 16 MiB.</summary>
    [Range(1024, 1L << 30)] public long TransactionBytes { get; set; } = 16 << 20;

    /// <summary>Calls that may wait for a transaction; a further one waits until there is room. Default 10,000.</summary>
    [Range(1, 1_000_000)] public int QueuedCalls { get; set; } = 10_000;

    /// <summary>
    /// After a transaction failed because the database does not work: the pause before the next one is tried, doubled each time. What is called meanwhile waits. Default 50 ms.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest such pause. Default 2 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the read of a checkpoint row waits for a database that is away before it fails and is made again by its caller. Well below Orleans' response time-out. Default 8 s.</summary>
    public TimeSpan ReadPatience { get; set; } = TimeSpan.FromSeconds(8);

    internal TimeSpan PauseAfter(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 16)), MaxRetryDelay.TotalMilliseconds));
}
