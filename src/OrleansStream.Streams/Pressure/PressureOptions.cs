using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Pressure;

/// <summary>When the edge refuses records because those before them are not applied yet; section <c>OrleansStream:Pressure</c>.</summary>
public sealed class PressureOptions
{
    public const string Section = "OrleansStream:Pressure";

    /// <summary>Most records of one partition that may wait to be applied. Default 1,000,000.</summary>
    [Range(1, long.MaxValue)] public long MaxLagRecords { get; set; } = 1_000_000;

    /// <summary>How long a record may wait to be applied. Default 10 min: so long may one key keep its partition back.</summary>
    public TimeSpan MaxWatermarkAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long records of a topic may wait while nothing of it is committed, in any partition: then it is no slow key, but the store or all silos that are away. Default
    /// 1 min: an outage shorter than this is not seen by who hands in.
    /// </summary>
    public TimeSpan MaxStall { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What refused clients are told to wait. Default 2 s.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it is looked. Default 1 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
