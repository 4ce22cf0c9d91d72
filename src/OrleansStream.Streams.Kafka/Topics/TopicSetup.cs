using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Offsets;

namespace OrleansStream.Streams.Kafka.Topics;

/// <summary>Topics at start: created when missing and allowed, checked when there. What cannot work is refused, all of it at once, each with its fix.</summary>
internal sealed class TopicSetup(IBrokerTopics brokers, TopicPlan plan, GroupOffsets register, KafkaLogOptions options, TimeProvider time, ILogger logger)
{
    private const string RetentionMs = "retention.ms", MinInSync = "min.insync.replicas", CleanupPolicy = "cleanup.policy";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The number of partitions of every topic.</summary>
    /// <exception cref="TopicRefusedException">A topic is missing or not as it must be.</exception>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public async Task<Dictionary<string, int>> RunAsync(CancellationToken cancellationToken)
    {
        var found = await DescribeAsync().ConfigureAwait(false);
        string[] missing = [.. plan.Expected.Keys.Except(found.Keys)];
        if (missing.Length > 0)
        {
            if (!options.CreateTopics)
                throw new TopicRefusedException(string.Join(Environment.NewLine, missing.Select(t => $"Topic '{t}' does not exist: create it with {Partitions(t)} partitions, or let {KafkaLogOptions.Section}:{nameof(options.CreateTopics)} do it.")));
            await CreateAsync(missing).ConfigureAwait(false);
            found = await UntilThereAsync(cancellationToken).ConfigureAwait(false);
        }
        var errors = new List<string>();
        foreach (var (topic, description) in found) CheckPartitions(topic, description.Partitions, errors);
        await CheckRegisterAsync(found, errors, cancellationToken).ConfigureAwait(false);
        await CheckSettingsAsync(found, errors).ConfigureAwait(false);
        return errors.Count == 0 ? found.ToDictionary(f => f.Key, f => f.Value.Partitions) : throw new TopicRefusedException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Topics whose number of partitions is no longer this one.</summary>
    public async Task<string?> FindChangedAsync(IReadOnlyDictionary<string, int> known)
    {
        var found = await DescribeAsync().ConfigureAwait(false);
        var errors = new List<string>();
        foreach (var (topic, partitions) in known)
            if (found.TryGetValue(topic, out var now) && now.Partitions != partitions) errors.Add(Changed(topic, partitions, now.Partitions));
        return errors.Count == 0 ? null : string.Join(Environment.NewLine, errors);
    }

    private int Partitions(string topic) => plan.Expected[topic] ?? options.DefaultPartitions;

    private Task<Dictionary<string, BrokerTopic>> DescribeAsync() => brokers.FindAsync(plan.Expected.Keys);

    private async Task CreateAsync(string[] topics)
    {
        var specifications = topics.Select(topic =>
        {
            bool compacted = plan.Compacted.Contains(topic);
            var kept = plan.Retention.GetValueOrDefault(topic, options.Retention);
            // Whoever keeps everything shorter keeps this shorter, too.
            if (options.Retention >= TimeSpan.Zero && kept > options.Retention) kept = options.Retention;
            long retention = compacted || kept < TimeSpan.Zero ? -1 : (long)kept.TotalMilliseconds;
            var settings = new Dictionary<string, string> { [RetentionMs] = retention.ToString(CultureInfo.InvariantCulture) };
            if (compacted) settings.Add(CleanupPolicy, "compact");
            if (options.MinInSyncReplicas is { } min) settings.Add(MinInSync, min.ToString(CultureInfo.InvariantCulture));
            return new TopicSpecification { Name = topic, NumPartitions = Partitions(topic), ReplicationFactor = (short)options.ReplicationFactor, Configs = settings };
        });
        try
        {
            await brokers.CreateAsync([.. specifications]).ConfigureAwait(false);
            logger.LogInformation("Created topics {Topics}.", string.Join(", ", topics));
        }
        catch (CreateTopicsException e)
        {
            // Several processes may start at once.
            var errors = e.Results.Where(r => r.Error.IsError && r.Error.Code != ErrorCode.TopicAlreadyExists).ToList();
            if (errors.Exists(r => KafkaErrors.IsTransient(r.Error))) throw new KafkaException(errors[0].Error);
            if (errors.Count > 0) throw new TopicRefusedException(string.Join(Environment.NewLine, errors.Select(r => $"Topic '{r.Topic}' could not be created: {r.Error.Reason} Create it with {Partitions(r.Topic)} partitions, or give the user the right.")));
        }
    }

    /// <summary>Brokers learn of new topics one after the other.</summary>
    private async Task<Dictionary<string, BrokerTopic>> UntilThereAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            var found = await DescribeAsync().ConfigureAwait(false);
            if (found.Count == plan.Expected.Count && found.Values.All(t => t.IsLed)) return found;
            if (time.GetElapsedTime(started) > options.RequestTimeout) throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, "Topics that were created are not there yet."));
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void CheckPartitions(string topic, int partitions, List<string> errors)
    {
        if (plan.Expected[topic] is { } expected && expected != partitions)
            errors.Add($"Topic '{topic}' has {partitions} partitions and {expected} are configured. Another number puts keys into other partitions and breaks their order: set {KafkaLogOptions.Section}:Topics:{topic} to {partitions}, or use a topic of another name.");
    }

    /// <summary>
    /// With how many partitions a topic was first used is remembered with the brokers, as an offset of a group of its own: so that a topic that grew is found out also by a
    /// process that knows no number.
    /// </summary>
    private async Task CheckRegisterAsync(Dictionary<string, BrokerTopic> found, List<string> errors, CancellationToken cancellationToken)
    {
        foreach (var (topic, description) in found)
        {
            var place = new TopicPartition(topic, 0);
            long known = await register.CommittedAsync(place, cancellationToken).ConfigureAwait(false);
            if (known == 0) await register.CommitAsync(place, description.Partitions, cancellationToken).ConfigureAwait(false);
            else if (known != description.Partitions) errors.Add(Changed(topic, known, description.Partitions));
        }
    }

    private string Changed(string topic, long before, int now) =>
        $"Topic '{topic}' has {now} partitions and had {before} when it was first used. Keys would lie in other partitions than their earlier records, out of order: use a topic of another name with {now} " +
        $"partitions and replay into it; or, if nothing of '{topic}' is needed any more, delete the consumer group '{register.Group}'.";

    private async Task CheckSettingsAsync(Dictionary<string, BrokerTopic> found, List<string> errors)
    {
        Dictionary<string, Dictionary<string, string>> all;
        try
        {
            all = await brokers.SettingsAsync(found.Keys).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            logger.LogWarning("Settings of the topics cannot be read ({Reason}): their retention and {Setting} are not checked.", e.Error.Reason, MinInSync);
            return;
        }
        foreach (var (topic, settings) in all) CheckSettings(topic, settings, found[topic].Replicas, errors);
    }

    private void CheckSettings(string topic, Dictionary<string, string> settings, int replicas, List<string> errors)
    {
        bool deletes = !settings.TryGetValue(CleanupPolicy, out var policy) || policy.Contains("delete", StringComparison.Ordinal);
        if (plan.Compacted.Contains(topic))
        {
            if (deletes && Number(settings, RetentionMs) is not -1)
                errors.Add($"Topic '{topic}' must keep the last record of every key for ever, and deletes by age: set its {CleanupPolicy} to compact, or its {RetentionMs} to -1.");
        }
        else if (deletes && Number(settings, RetentionMs) is { } retention and >= 0 && retention < options.MinRetention.TotalMilliseconds)
            errors.Add($"Topic '{topic}' keeps records for {TimeSpan.FromMilliseconds(retention)} only, less than {KafkaLogOptions.Section}:{nameof(options.MinRetention)} ({options.MinRetention}): what is not applied yet could go. Raise its {RetentionMs}, or lower the setting.");
        else if (!deletes) logger.LogWarning("Topic {Topic} is compacted: of several records of a key that wait to be applied, the earlier ones may be gone.", topic);
        if (Number(settings, MinInSync) is not { } minimum) return;
        if (minimum < options.MinInSyncReplicas)
            errors.Add($"Topic '{topic}' takes a record for durable when {minimum} replicas have it; {KafkaLogOptions.Section}:{nameof(options.MinInSyncReplicas)} asks for {options.MinInSyncReplicas}. Raise its {MinInSync}, or lower the setting.");
        else if (minimum < 2 && replicas > 1 && options.MinInSyncReplicas is null)
            logger.LogWarning("Topic {Topic} has {Replicas} replicas and {Setting}=1: a record counts as durable when one broker has it. Set it to 2.", topic, replicas, MinInSync);
    }

    private static long? Number(Dictionary<string, string> settings, string name) =>
        settings.TryGetValue(name, out var entry) && long.TryParse(entry, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;
}
