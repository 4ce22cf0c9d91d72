using System.ComponentModel.DataAnnotations;
using Orleans.Streams;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Settings of one stream provider that has a stream per key. Named options: the name is the provider's.</summary>
public sealed class LogStreamOptions
{
    /// <summary>The topics whose records this provider delivers, and to which its producers append. At least one; each must exist in the log.</summary>
    public IList<string> Topics { get; } = [];

    /// <summary>The name under which offsets are committed. Default: the provider's name.</summary>
    public string? Group { get; set; }

    /// <summary>
    /// Whose subscriptions are looked up for a stream. Default <see cref="StreamPubSubType.ImplicitOnly"/>: explicit ones cost a grain call and a
    /// state write per stream, and need a grain storage named <c>PubSubStore</c>.
    /// </summary>
    public StreamPubSubType PubSubType { get; set; } = StreamPubSubType.ImplicitOnly;

    /// <summary>
    /// How long a container is offered to a subscriber that fails, before its records are offered one by one; and how long such a single
    /// record is offered before it goes to the dead letters. A poison record thus takes twice this long. Default 1 min.
    /// </summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>First pause after a delivery failed; doubled each time. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between two tries of a delivery. Default 10 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After this long without a record a stream is forgotten; the next one registers it again. Registered streams cost memory and a look
    /// at each per read. Default 2 min.
    /// </summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The pulling agent's tick. Not a latency: a read is parked in the log and wakes with a record; but while new streams are being registered
    /// nothing is read until the next tick. Default 5 ms.
    /// </summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a read waits for a record before it comes back empty. Default 30 s.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most records of a partition that are held undelivered; then reading stops. Default 50,000.</summary>
    [Range(1, 10_000_000)] public int CacheRecords { get; set; } = 50_000;

    /// <summary>The same in bytes. Default 32 MiB.</summary>
    [Range(1024, int.MaxValue)] public int CacheBytes { get; set; } = 32 << 20;

    /// <summary>Most records in one read. Default 4,000.</summary>
    [Range(1, 1_000_000)] public int ReadRecords { get; set; } = 4_000;

    /// <summary>Most bytes in one read. Default 4 MiB.</summary>
    [Range(1024, 256 << 20)] public int ReadBytes { get; set; } = 4 << 20;

    /// <summary>Most records of a stream in one delivery. Default 512.</summary>
    [Range(1, 100_000)] public int ContainerRecords { get; set; } = 512;

    /// <summary>The same in bytes; a larger record goes alone. Default 1 MiB.</summary>
    [Range(1024, 256 << 20)] public int ContainerBytes { get; set; } = 1 << 20;

    /// <summary>How often a watermark that moved is committed to the log. Default 1 s; also at shutdown.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A watermark that moved this far is committed at once. Default 50,000 records.</summary>
    [Range(1, 100_000_000)] public int CommitRecords { get; set; } = 50_000;

    /// <summary>How long one append to the dead letters may take before the record is offered to its subscriber again. Default 10 s.</summary>
    public TimeSpan DeadLetterTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
