using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams;

/// <summary>Settings of the stream engine, section <c>OrleansStream:Engine</c>.</summary>
public sealed class StreamEngineOptions
{
    public const string Section = "OrleansStream:Engine";

    /// <summary>The name under which offsets are committed.</summary>
    [Required] public string Group { get; set; } = "orleansstream";

    /// <summary>Most records in one container. Default 4,000.</summary>
    [Range(1, 100_000)] public int ContainerRecords { get; set; } = 4_000;

    /// <summary>Most bytes in one container. Default 4 MiB.</summary>
    [Range(1024, 256 << 20)] public int ContainerBytes { get; set; } = 4 << 20;

    /// <summary>Containers read ahead of delivery, per partition. Default 4.</summary>
    [Range(1, 1024)] public int CacheContainers { get; set; } = 4;

    /// <summary>How long a read waits for a record before it comes back empty. Default 30 s.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Records of a partition that may be dispatched or waiting before delivery pauses. Default 25,000.</summary>
    [Range(1, 10_000_000)] public int WindowRecords { get; set; } = 25_000;

    /// <summary>The same in bytes. Default 32 MiB.</summary>
    [Range(1024, 4L << 30)] public long WindowBytes { get; set; } = 32L << 20;

    /// <summary>Keys of a partition that are called at the same time. Default 256.</summary>
    [Range(1, 100_000)] public int KeysInFlight { get; set; } = 256;

    /// <summary>Most records in one call to a key's grain. Default 512.</summary>
    [Range(1, 100_000)] public int RecordsPerCall { get; set; } = 512;

    /// <summary>
    /// Keys that may be active on a silo; beyond it, one that was not used lately is deactivated. About 3 KiB each beside the key's state. Default 200,000.
    /// </summary>
    [Range(1, 100_000_000)] public int MaxActiveKeys { get; set; } = 200_000;

    /// <summary>How often a watermark that moved is committed to the log. Default 1 s; also every 50,000 records and at shutdown.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>First pause after a call to a key's grain failed; doubled each time. Default 50 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause between retries. Default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Under load, how long a checkpoint gathers. Default 100 ms.</summary>
    public TimeSpan CheckpointGather { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a checkpoint gathers when somebody waits for its outcome. Default 5 ms.</summary>
    public TimeSpan CheckpointGatherWhenAwaited { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Fewer keys than this staged since the last checkpoint count as idle: the next one starts at once. Default 64.</summary>
    [Range(1, 1_000_000)] public int CheckpointIdleKeys { get; set; } = 64;

    /// <summary>The pause before the next try, after this many failed ones (from 0): doubled each time, up to the longest.</summary>
    internal TimeSpan PauseAfter(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)), MaxRetryDelay.TotalMilliseconds));
}
