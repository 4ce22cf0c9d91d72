using System.ComponentModel.DataAnnotations;
using OrleansStream.Streams.Embedded.Retention;

namespace OrleansStream.Streams.Embedded;

/// <summary>Settings of the embedded log, section <c>OrleansStream:EmbeddedLog</c>.</summary>
public sealed class EmbeddedLogOptions
{
    public const string Section = "OrleansStream:EmbeddedLog";

    /// <summary>The folder of the log. One process owns it. Default: <c>log</c> below the data directory.</summary>
    [Required] public string Directory { get; set; } = "";

    /// <summary>Topics and their number of partitions (1–256), beside those that parts of the process declare. A topic's number is fixed once it has data.</summary>
    public Dictionary<string, int> Topics { get; } = [];

    /// <summary>Partitions of a topic that is declared without a number. Default 4.</summary>
    [Range(1, 256)] public int DefaultPartitions { get; set; } = 4;

    /// <summary>Ids remembered per partition for de-duplication; the oldest go first. Records. Default 1,000,000; at least 1,000.</summary>
    [Range(1_000, 100_000_000)] public int DeduplicationCapacity { get; set; } = 1_000_000;

    /// <summary>
    /// Newest records of a partition kept in memory for readers that are close to its end, by count: those that one of them has still to take, and some more
    /// (<see cref="TailKeep"/>). Default 65,536.
    /// </summary>
    [Range(1, 10_000_000)] public int TailRecords { get; set; } = 65_536;

    /// <summary>The same by bytes. Default 16 MiB.</summary>
    [Range(1024, 4L << 30)] public long TailBytes { get; set; } = 16L << 20;

    /// <summary>
    /// Newest records of a partition kept in memory though every reader has taken them, for those that come: others are read from the file. Records that stay longer than
    /// their readers need them grow old, and old objects cost the garbage collector several times what young ones do. Default 1,024.
    /// </summary>
    [Range(0, 10_000_000)] public int TailKeep { get; set; } = 1_024;

    /// <summary>What may wait in a partition to be written; beyond, appends are refused as overload. Bytes in memory. Default 64 MiB.</summary>
    [Range(1024, 4L << 30)] public long MaxWaitingBytes { get; set; } = 64L << 20;

    /// <summary>A file that would grow beyond is ended and the next one started; trimming removes whole files. Bytes. Default 64 MiB.</summary>
    [Range(1024, 1L << 30)] public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>A file older than this, or than a quarter of its topic's retention, is ended, so that retention by time works where little is appended. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "365.00:00:00")] public TimeSpan SegmentAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long records stay, for topics without an entry in <see cref="TopicRetention"/>. Default 7 days, no bound on bytes.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>How long the records of single topics stay.</summary>
    public Dictionary<string, RetentionOptions> TopicRetention { get; } = [];

    /// <summary>How often retention looks. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// What replays and backups may keep of a partition beyond its retention; then it is trimmed nevertheless, with a warning. Bytes. Default 1 GiB.
    /// </summary>
    [Range(0, long.MaxValue)] public long MaxHeldBytes { get; set; } = 1L << 30;

    /// <summary>
    /// With less than this free on the volume (or than 5% of it, if that is less) records are refused as <c>log-full</c>, and what is left serves states, committed
    /// offsets, the topics of <see cref="ReserveExemptTopics"/> and what keys emit for other keys; timers wait. Bytes. Default 16 MiB; 0 to use the disk to its end.
    /// </summary>
    [Range(0, long.MaxValue)] public long MinFreeBytes { get; set; } = 16L << 20;

    /// <summary>Topics that may use the reserve: outputs and dead letters of what was taken before the space ran short. Declared topics can say so themselves.</summary>
    public HashSet<string> ReserveExemptTopics { get; } = [];

    internal RetentionOptions RetentionOf(string topic) => TopicRetention.GetValueOrDefault(topic, Retention);

    internal TimeSpan SegmentAgeOf(string topic) => RetentionOf(topic).Time is { } time && time / 4 < SegmentAge ? time / 4 : SegmentAge;
}
