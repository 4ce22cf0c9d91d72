using System.Text.Json;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>Which topics the log has: those of its options and those that parts of the process declare.</summary>
internal static class EmbeddedTopics
{
    public const string FileName = "topics.json";

    private const int MaxPartitions = 256, MaxNameLength = 200;

    /// <exception cref="InvalidOperationException">A declaration cannot work; the message has all that cannot.</exception>
    public static Dictionary<string, int> Merge(EmbeddedLogOptions options, IEnumerable<TopicDeclaration> declarations)
    {
        var topics = new Dictionary<string, int>(options.Topics);
        var errors = new List<string>();
        foreach (var group in declarations.GroupBy(d => d.Name))
        {
            int[] counts = [.. group.Select(d => d.Partitions).OfType<int>().Distinct()];
            if (!topics.ContainsKey(group.Key))
            {
                topics.Add(group.Key, counts.FirstOrDefault(options.DefaultPartitions));
                if (counts.Length > 1) errors.Add($"Topic '{group.Key}' is declared with {string.Join(" and ", counts)} partitions: set {EmbeddedLogOptions.Section}:Topics:{group.Key} to one of them.");
            }
            if (group.Any(d => d.MayUseReserve)) options.ReserveExemptTopics.Add(group.Key);
            if (group.Select(d => d.Retention).FirstOrDefault(r => r is not null) is { } retention)
                options.TopicRetention.TryAdd(group.Key, Declared(retention, options.Retention));
            if (group.Any(d => d.IsCompacted)) options.TopicRetention[group.Key] = new RetentionOptions { Time = null };
        }
        foreach (var (topic, partitions) in topics) errors.AddRange(Errors(topic, partitions));
        return errors.Count == 0 ? topics : throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Whoever keeps everything shorter keeps this shorter, too.</summary>
    private static RetentionOptions Declared(TimeSpan retention, RetentionOptions usual) => retention < TimeSpan.Zero
        ? new RetentionOptions { Time = null }
        : new RetentionOptions { Time = usual.Time < retention ? usual.Time : retention, Bytes = usual.Bytes };

    /// <summary>A topic's name is that of a directory, and Kafka takes the same ones.</summary>
    public static IEnumerable<string> Errors(string topic, int partitions)
    {
        if (topic.Length is 0 or > MaxNameLength || topic is "." or ".." || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            yield return $"'{topic}' cannot be a topic's name: use 1–{MaxNameLength} letters, digits, '.', '_' and '-'.";
        if (partitions is < 1 or > MaxPartitions) yield return $"Topic '{topic}' has {partitions} partitions: give 1–{MaxPartitions}.";
    }

    /// <summary>Compares with what is on disk and notes what is new.</summary>
    /// <exception cref="LogUnavailableException">A topic's number of partitions was changed, or the file is damaged.</exception>
    public static void CheckPartitionCounts(IReadOnlyDictionary<string, int> topics, string directory, ILogFileSystem files)
    {
        string path = Path.Combine(directory, FileName);
        var known = Read(path, files);
        bool changed = false;
        foreach (var (topic, count) in topics)
        {
            if (known.TryGetValue(topic, out int before) && before != count)
                throw new LogUnavailableException(
                    $"Topic '{topic}' has {before} partitions on disk and {count} in the configuration. Changing the number would break the order per key: configure {before}, or use another data directory.");
            changed |= before != count;
            known[topic] = count;
        }
        if (changed) AtomicFile.Write(files, path, JsonSerializer.SerializeToUtf8Bytes(known));
    }

    private static Dictionary<string, int> Read(string path, ILogFileSystem files)
    {
        try
        {
            return AtomicFile.Read(files, path) is { } content ? JsonSerializer.Deserialize<Dictionary<string, int>>(content) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new LogUnavailableException($"'{path}' is damaged: {e.Message} Restore it from a copy, or delete it when the configured numbers of partitions are those of the data.", e);
        }
    }
}
