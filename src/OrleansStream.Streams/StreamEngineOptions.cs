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

    /// <summary>Records of a partition that may be dispatched or waiting before delivery pauses. Default 100,000.</summary>
    [Range(1, 10_000_000)] public int WindowRecords { get; set; } = 100_000;

    /// <summary>The same in bytes. Default 32 MiB.</summary>
    [Range(1024, 4L << 30)] public long WindowBytes { get; set; } = 32L << 20;

    /// <summary>Keys of a partition that are called at the same time. Default 256.</summary>
    [Range(1, 100_000)] public int KeysInFlight { get; set; } = 256;

    /// <summary>Most records in one call to a key's grain. Default 512.</summary>
    [Range(1, 100_000)] public int RecordsPerCall { get; set; } = 512;

    /// <summary>
    /// Keys of a processor that a silo keeps active; beyond, those not used of late are deactivated before their idle time is over. About 5 KB each. Default 200,000.
    /// </summary>
    [Range(1, 100_000_000)] public int MaxActiveKeys { get; set; } = 200_000;

    /// <summary>
    /// A partition grain applies batches of keys on its own silo without a message, on its own thread, as long as that takes less than this per record (the median of late);
    /// slower rules run on their grains' own threads, many at once. Zero always calls the grain. Default 50 µs.
    /// </summary>
    public TimeSpan ApplyHereBelow { get; set; } = TimeSpan.FromMicroseconds(50);

    /// <summary>
    /// On a log that takes ids twice (Kafka): for how long an id is remembered, by when its record was handed in. Default 10 min. Read again when a partition gets another
    /// owner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")] public TimeSpan DeduplicationTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>So many of a partition's latest ids are remembered, however old they are. Records. Default 200,000.</summary>
    [Range(0, 100_000_000)] public int DeduplicationRecords { get; set; } = 200_000;

    /// <summary>More ids of a partition are never remembered, however young they are: about 60 bytes each. Records. Default 1,000,000.</summary>
    [Range(0, 100_000_000)] public int DeduplicationMaxRecords { get; set; } = 1_000_000;

    /// <summary>How often a watermark that moved is committed to the log. Default 1 s; also every 50,000 records and at shutdown.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often whoever reads a partition makes sure that its grain is awake and near. Default 5 s.</summary>
    public TimeSpan AttendInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After this long without a record Orleans forgets a partition's stream, and learns of it again with the next record. Default 5 min.</summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>First pause after a call to a key's grain failed; doubled each time. Default 50 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause between retries. Default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Under load, how long a checkpoint gathers. Default 100 ms.</summary>
    public TimeSpan CheckpointGather { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Under load, how long a checkpoint gathers at most while it holds no outputs, nobody waits for a key in it and most keys in it came only once or twice: that much is
    /// delivered again after a crash. Default 2 s.
    /// </summary>
    public TimeSpan CheckpointGatherWhenQuiet { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a checkpoint gathers when several wait for its outcome; one who waits alone is served at once. Default 5 ms.</summary>
    public TimeSpan CheckpointGatherWhenAwaited { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long after the last checkpoint the next one starts when nobody waits for it and it has no outputs, or only such as may be gathered, even with few keys. Default 20 ms.</summary>
    public TimeSpan CheckpointPace { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Fewer keys than this staged since the last checkpoint count as idle: the next one starts at once. Default 64.</summary>
    [Range(1, 1_000_000)] public int CheckpointIdleKeys { get; set; } = 64;

    /// <summary>The pause before the next try, after this many failed ones (from 0): doubled each time, up to the longest.</summary>
    internal TimeSpan PauseAfter(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)), MaxRetryDelay.TotalMilliseconds));
}
