using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Topics;

/// <summary>
/// All topics that the process needs, those of the options and those that its parts declare, and how many partitions each must have: the configured number, then the
/// declared one, then whatever the topic has.
/// </summary>
internal sealed class TopicPlan
{
    private readonly KafkaLogOptions _options;

    /// <exception cref="InvalidOperationException">A declaration cannot work; the message has all that cannot.</exception>
    public TopicPlan(KafkaLogOptions options, IEnumerable<TopicDeclaration> declarations)
    {
        _options = options;
        var errors = new List<string>();
        foreach (var (topic, partitions) in options.Topics) Expected[topic] = partitions == 0 ? null : partitions;
        foreach (var group in declarations.GroupBy(d => d.Name))
        {
            if (group.Any(d => d.IsCompacted)) Compacted.Add(group.Key);
            if (group.Select(d => d.Retention).FirstOrDefault(r => r is not null) is { } retention) Retention[group.Key] = retention;
            int[] counts = [.. group.Select(d => d.Partitions).OfType<int>().Distinct()];
            if (!Expected.TryAdd(group.Key, counts.Length == 0 ? null : counts[0])) continue;
            if (counts.Length > 1) errors.Add($"Topic '{group.Key}' is declared with {string.Join(" and ", counts)} partitions: set {KafkaLogOptions.Section}:Topics:{group.Key} to one of them.");
            errors.AddRange(KafkaLogOptionsValidator.TopicErrors(group.Key, counts.FirstOrDefault(1)));
        }
        if (errors.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Null: what the topic has.</summary>
    public Dictionary<string, int?> Expected { get; } = new(StringComparer.Ordinal);

    /// <summary>Topics whose last record of a key stays for ever.</summary>
    public HashSet<string> Compacted { get; } = new(StringComparer.Ordinal);

    /// <summary>How long records of a topic stay that the process creates, where it was declared; below 0 for ever.</summary>
    public Dictionary<string, TimeSpan> Retention { get; } = new(StringComparer.Ordinal);

    /// <summary>Every topic must have a number for the process to start without brokers.</summary>
    public bool IsComplete => Expected.Values.All(p => p is not null);

    /// <summary>Before the brokers were asked: what is expected, and what a new topic would get.</summary>
    public Dictionary<string, int> Provisional => Expected.ToDictionary(e => e.Key, e => e.Value ?? _options.DefaultPartitions);
}
