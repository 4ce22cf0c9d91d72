using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Jobs;

/// <summary>How long finished jobs are kept, section <c>OrleansStream:Jobs</c>. What is over one of the bounds goes, from the store as well; an unfinished job stays.</summary>
public sealed class JobOptions
{
    public const string Section = "OrleansStream:Jobs";

    /// <summary>Jobs of the cluster that are kept, the newest. Default 1,000.</summary>
    [Range(1, 100_000)] public int Kept { get; set; } = 1_000;

    /// <summary>How long a job is kept after its end. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")] public TimeSpan KeptFor { get; set; } = TimeSpan.FromDays(30);
}
