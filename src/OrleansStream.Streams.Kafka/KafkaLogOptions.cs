using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Kafka;

/// <summary>Settings of the log on Kafka, section <c>OrleansStream:Kafka</c>.</summary>
public sealed class KafkaLogOptions
{
    public const string Section = "OrleansStream:Kafka";

    /// <summary>Brokers to start from, <c>host:port,…</c>. Default: the connection string named <see cref="ConnectionName"/>.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Which of <c>ConnectionStrings</c> has the brokers. Default <c>kafka</c>.</summary>
    [Required] public string ConnectionName { get; set; } = "kafka";

    /// <summary>
    /// Topics and their number of partitions (1–10,000), beside those that parts of the process declare. A topic that exists with another number is refused. 0: whatever
    /// the topic has, for topics of others.
    /// </summary>
    public Dictionary<string, int> Topics { get; } = [];

    /// <summary>Partitions of a topic that is declared without a number and has to be created. Default 12.</summary>
    [Range(1, 10_000)] public int DefaultPartitions { get; set; } = 12;

    /// <summary>Creates topics that are missing. Default true; false refuses to start without them.</summary>
    public bool CreateTopics { get; set; } = true;

    /// <summary>Replicas of topics that are created. Default -1: what the broker is set to.</summary>
    [Range(-1, 100)] public int ReplicationFactor { get; set; } = -1;

    /// <summary>
    /// At least so many replicas must have a record before it counts as durable: topics are created with it, and those with less are refused. Default null: what the
    /// topic says, with a warning when a replicated topic is content with one.
    /// </summary>
    [Range(1, 100)] public int? MinInSyncReplicas { get; set; }

    /// <summary>How long topics that are created keep records; -1 ms for ever. Those declared as compacted keep the last record of a key for ever. Default 7 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Topics that keep records for less are refused: what is not applied yet must not go. Default 1 h.</summary>
    public TimeSpan MinRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the start waits for the brokers. After that a process whose topics all have a configured number of partitions starts, red, and goes on trying. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")] public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an append, a commit or a question waits for the brokers before the caller is told that the log is unavailable. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")] public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the producer gathers a batch, 0–5 ms. Default 0.5 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.005")] public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(0.5);

    /// <summary><c>none</c>, <c>gzip</c>, <c>snappy</c>, <c>lz4</c> or <c>zstd</c>. Default <c>lz4</c>.</summary>
    [Required] public string Compression { get; set; } = "lz4";

    /// <summary>Records that may wait for their acknowledgement; beyond, appends are refused as overload. Default 200,000.</summary>
    [Range(1, 10_000_000)] public int MaxWaitingRecords { get; set; } = 200_000;

    /// <summary>The same in bytes. Default 64 MiB.</summary>
    [Range(1024, 2L << 30)] public long MaxWaitingBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Largest record, with key and headers, that is appended. The topic's <c>max.message.bytes</c> must allow it: Kafka's default does. Bytes. Default 1,000,000, which is
    /// what the engine may ask of a log; not less.
    /// </summary>
    [Range(Log.LogLimits.RecordBytes, 1_000_000_000)] public int MaxRecordBytes { get; set; } = 1_000_000;

    /// <summary>
    /// Newest records of a partition kept in memory for readers that are close to each other, by count: those that one of them has still to take, and some more
    /// (<see cref="TailKeep"/>); half of them at most lie ahead of the fastest reader. Default 16,384.
    /// </summary>
    [Range(16, 10_000_000)] public int TailRecords { get; set; } = 16_384;

    /// <summary>The same in bytes. Default 16 MiB.</summary>
    [Range(65_536, 4L << 30)] public long TailBytes { get; set; } = 16L << 20;

    /// <summary>
    /// Newest records of a partition kept in memory though every reader has taken them, for those that come: others are fetched again. Records that stay longer than their
    /// readers need them grow old, and old objects cost the garbage collector several times what young ones do. Default 1,024; the gateway, whose batch job comes back for
    /// the records of seconds, keeps <see cref="TailRecords"/>.
    /// </summary>
    [Range(0, 10_000_000)] public int TailKeep { get; set; } = 1_024;

    /// <summary>Consumers that serve readers far from the others of their partition, made when needed. Default 4.</summary>
    [Range(1, 64)] public int CatchUpConsumers { get; set; } = 4;

    /// <summary>How often it is asked where partitions end and whether brokers answer. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")] public TimeSpan WatermarkInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The consumers' own <c>group.id</c>. They never join a group; it is what access control sees. Default <c>orleansstream</c>.</summary>
    [Required] public string ConsumerGroup { get; set; } = "orleansstream";

    /// <summary>
    /// Settings handed to librdkafka as they are, for all clients: <c>security.protocol</c>, <c>sasl.mechanism</c>, <c>ssl.ca.location</c>, … Those that the guarantees
    /// rest on are refused.
    /// </summary>
    public Dictionary<string, string> Settings { get; } = [];
}
