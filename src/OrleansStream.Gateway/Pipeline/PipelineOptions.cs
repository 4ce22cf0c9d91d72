using System.ComponentModel.DataAnnotations;
using OrleansStream.Gateway.Pipeline.Batch;

namespace OrleansStream.Gateway.Pipeline;

/// <summary>Settings of the batch job and of the pipeline's figures, section <c>OrleansStream:Pipeline</c>.</summary>
public sealed class PipelineOptions
{
    public const string Section = "OrleansStream:Pipeline";

    /// <summary>How often the batch job runs until somebody says otherwise, seconds. Default 5.</summary>
    [Range(BatchInterval.Shortest, BatchInterval.Longest)] public double BatchIntervalSeconds { get; set; } = 5;

    /// <summary>Most records that one batch takes in; what is left is the next one's, which then follows at once. Default 1,000,000.</summary>
    [Range(1, 100_000_000)] public int BatchRecords { get; set; } = 1_000_000;

    /// <summary>The name under which the batch job's offsets are committed and its state is stored.</summary>
    [Required] public string BatchGroup { get; set; } = "batch";

    /// <summary>Most single records a second that the pipeline's event stream tells of; above, it tells of one in some. Default 100.</summary>
    [Range(1, 10_000)] public int DrawnPerSecond { get; set; } = 100;

    /// <summary>How often figures that changed are pushed, at most. Default 250 ms.</summary>
    public TimeSpan PushInterval { get; set; } = TimeSpan.FromMilliseconds(250);
}
