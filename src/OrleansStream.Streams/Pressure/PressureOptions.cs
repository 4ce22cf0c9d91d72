using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Pressure;

/// <summary>When the edge refuses records because those before them are not applied yet; section <c>OrleansStream:Pressure</c>.</summary>
public sealed class PressureOptions
{
    public const string Section = "OrleansStream:Pressure";

    /// <summary>Most records of one partition that may wait to be applied. Default 1,000,000.</summary>
    [Range(1, long.MaxValue)] public long MaxLagRecords { get; set; } = 1_000_000;

    /// <summary>How long a record may wait to be applied. Default 10 min: an outage of the store shorter than this is not seen by who hands in.</summary>
    public TimeSpan MaxWatermarkAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What refused clients are told to wait. Default 2 s.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it is looked. Default 1 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
