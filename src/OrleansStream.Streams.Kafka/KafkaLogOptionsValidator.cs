using Microsoft.Extensions.Options;

namespace OrleansStream.Streams.Kafka;

/// <summary>What attributes cannot say, all errors at once, each with its fix.</summary>
internal sealed class KafkaLogOptionsValidator : IValidateOptions<KafkaLogOptions>
{
    private const int MaxNameLength = 200;
    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4", "zstd"];

    /// <summary>Settings that the guarantees rest on, and what to do instead.</summary>
    private static readonly Dictionary<string, string> Fixed = new(StringComparer.Ordinal)
    {
        ["acks"] = "records count only when all in-sync replicas have them",
        ["request.required.acks"] = "records count only when all in-sync replicas have them",
        ["enable.idempotence"] = "without it a retry could put records out of order",
        ["max.in.flight"] = "the idempotent producer sets it",
        ["transactional.id"] = "appends are not transactional",
        ["partitioner"] = "keys are placed as Kafka's Java client does it (murmur2)",
        ["linger.ms"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.Linger)}",
        ["queue.buffering.max.ms"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.Linger)}",
        ["queue.buffering.max.messages"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.MaxWaitingRecords)}",
        ["queue.buffering.max.kbytes"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.MaxWaitingBytes)}",
        ["compression.codec"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.Compression)}",
        ["compression.type"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.Compression)}",
        ["message.max.bytes"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.MaxRecordBytes)}",
        ["bootstrap.servers"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.BootstrapServers)} or the connection string",
        ["metadata.broker.list"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.BootstrapServers)} or the connection string",
        ["group.id"] = $"set {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.ConsumerGroup)}",
        ["group.protocol"] = "partitions are assigned by Orleans; no group is joined",
        ["enable.auto.commit"] = "offsets are committed when everything before them is durable",
        ["enable.auto.offset.store"] = "offsets are committed when everything before them is durable",
        ["auto.offset.reset"] = "a place that is gone is an error, and handled",
        ["enable.partition.eof"] = "the readers need it",
        ["allow.auto.create.topics"] = "topics are created or checked at start",
    };

    public ValidateOptionsResult Validate(string? name, KafkaLogOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.BootstrapServers))
            errors.Add($"No Kafka brokers are configured: set ConnectionStrings:{options.ConnectionName} or {KafkaLogOptions.Section}:{nameof(options.BootstrapServers)} to host:port,….");
        foreach (var (topic, partitions) in options.Topics) errors.AddRange(TopicErrors(topic, partitions));
        if (!Codecs.Contains(options.Compression, StringComparer.Ordinal))
            errors.Add($"{KafkaLogOptions.Section}:{nameof(options.Compression)} is '{options.Compression}': give one of {string.Join(", ", Codecs)}.");
        foreach (string key in options.Settings.Keys)
            if (Fixed.TryGetValue(key, out string? why)) errors.Add($"{KafkaLogOptions.Section}:{nameof(options.Settings)}:{key} cannot be set: {why}. Remove it.");
        if (options.MinRetention < TimeSpan.Zero) errors.Add($"{KafkaLogOptions.Section}:{nameof(options.MinRetention)} is {options.MinRetention}: give zero or more.");
        if (options.Retention >= TimeSpan.Zero && options.Retention < options.MinRetention)
            errors.Add($"{KafkaLogOptions.Section}:{nameof(options.Retention)} is {options.Retention}, less than {nameof(options.MinRetention)} ({options.MinRetention}): such topics would be refused. Raise one or lower the other.");
        if (options.MinInSyncReplicas > options.ReplicationFactor && options.ReplicationFactor > 0)
            errors.Add($"{KafkaLogOptions.Section}:{nameof(options.MinInSyncReplicas)} is {options.MinInSyncReplicas}, more than the {options.ReplicationFactor} replicas of new topics: nothing could be appended. Lower it, or raise {nameof(options.ReplicationFactor)}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    public static IEnumerable<string> TopicErrors(string topic, int partitions)
    {
        if (topic.Length is 0 or > MaxNameLength || topic is "." or ".." || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            yield return $"'{topic}' cannot be a topic's name: use 1–{MaxNameLength} letters, digits, '.', '_' and '-'.";
        if (partitions is < 0 or > 10_000) yield return $"Topic '{topic}' has {partitions} partitions: give 1–10,000, or 0 for what the topic has.";
    }
}
