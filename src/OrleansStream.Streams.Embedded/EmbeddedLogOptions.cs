using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Embedded;

/// <summary>Settings of the embedded log, section <c>OrleansStream:EmbeddedLog</c>.</summary>
public sealed class EmbeddedLogOptions
{
    public const string Section = "OrleansStream:EmbeddedLog";

    /// <summary>The folder of the log. One process owns it. Default: <c>log</c> below the data directory.</summary>
    [Required] public string Directory { get; set; } = "";

    /// <summary>Topics and their number of partitions (1–256). A topic's number is fixed once it has data.</summary>
    public Dictionary<string, int> Topics { get; } = [];

    /// <summary>Ids remembered per partition for de-duplication; the oldest go first. Records. Default 1,000,000; at least 1,000.</summary>
    [Range(1_000, 100_000_000)] public int DeduplicationCapacity { get; set; } = 1_000_000;

    /// <summary>Newest records of a partition kept in memory for readers at the live end, by count. Default 65,536.</summary>
    [Range(1, 10_000_000)] public int TailRecords { get; set; } = 65_536;

    /// <summary>Newest records of a partition kept in memory, by bytes. Default 16 MiB.</summary>
    [Range(1024, 4L << 30)] public long TailBytes { get; set; } = 16L << 20;
}
