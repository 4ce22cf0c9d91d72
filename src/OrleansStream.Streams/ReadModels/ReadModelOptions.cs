using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.ReadModels;

/// <summary>Settings of all read models, section <c>OrleansStream:ReadModels</c>.</summary>
public sealed class ReadModelOptions
{
    public const string Section = "OrleansStream:ReadModels";

    /// <summary>How often a model that changed is stored. Default 30 s.</summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After so many records it is stored earlier. Default 50,000.</summary>
    [Range(1, 10_000_000)] public int SnapshotRecords { get; set; } = 50_000;

    /// <summary>Most records taken in at once. Default 1,000.</summary>
    [Range(1, 100_000)] public int ReadRecords { get; set; } = 1_000;

    /// <summary>The same in bytes. Default 1 MiB.</summary>
    [Range(1024, 256 << 20)] public int ReadBytes { get; set; } = 1 << 20;

    /// <summary>How long a read waits for a record before it comes back empty. Default 5 s.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(5);
}
