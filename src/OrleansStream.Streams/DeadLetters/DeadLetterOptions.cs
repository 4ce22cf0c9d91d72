using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>Bounds of the list of dead letters, section <c>OrleansStream:DeadLetters</c>.</summary>
public sealed class DeadLetterOptions
{
    public const string Section = "OrleansStream:DeadLetters";

    /// <summary>Newest dead letters listed per partition of their topic; older ones stay in the log only. Default 100,000.</summary>
    [Range(1, 10_000_000)] public int ListedPerPartition { get; set; } = 100_000;

    /// <summary>Longest text of an exception in the list, characters. Default 500.</summary>
    [Range(1, 100_000)] public int ExceptionLength { get; set; } = 500;
}
