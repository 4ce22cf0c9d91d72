using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace OrleansStream.Streams.Kafka.Topics;

/// <summary>What brokers know of topics, and the making of new ones.</summary>
internal interface IBrokerTopics
{
    /// <summary>Those of the topics that exist.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or not that.</exception>
    Task<Dictionary<string, BrokerTopic>> FindAsync(IReadOnlyCollection<string> topics);

    /// <exception cref="CreateTopicsException">Some could not be created.</exception>
    Task CreateAsync(IReadOnlyCollection<TopicSpecification> topics);

    /// <summary>The settings of each topic by name.</summary>
    /// <exception cref="KafkaException">They cannot be read.</exception>
    Task<Dictionary<string, Dictionary<string, string>>> SettingsAsync(IReadOnlyCollection<string> topics);
}

/// <param name="Partitions">How many.</param>
/// <param name="Replicas">Of the first partition.</param>
/// <param name="IsLed">Every partition has a leader.</param>
internal readonly record struct BrokerTopic(int Partitions, int Replicas, bool IsLed);

/// <inheritdoc cref="IBrokerTopics"/>
internal sealed class BrokerTopics(IAdminClient admin, KafkaLogOptions options) : IBrokerTopics
{
    public async Task<Dictionary<string, BrokerTopic>> FindAsync(IReadOnlyCollection<string> topics)
    {
        List<TopicDescription> descriptions;
        try
        {
            descriptions = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = options.RequestTimeout }).ConfigureAwait(false)).TopicDescriptions;
        }
        catch (DescribeTopicsException e)
        {
            descriptions = e.Results.TopicDescriptions;
        }
        var failed = descriptions.Find(d => d.Error.IsError && d.Error.Code is not ErrorCode.UnknownTopicOrPart and not ErrorCode.Local_UnknownTopic);
        if (failed is not null) throw new KafkaException(failed.Error);
        return descriptions.Where(d => !d.Error.IsError)
            .ToDictionary(d => d.Name, d => new BrokerTopic(d.Partitions.Count, d.Partitions[0].Replicas.Count, d.Partitions.TrueForAll(p => p.Leader is { Id: >= 0 })));
    }

    public Task CreateAsync(IReadOnlyCollection<TopicSpecification> topics) =>
        admin.CreateTopicsAsync(topics, new CreateTopicsOptions { RequestTimeout = options.RequestTimeout, OperationTimeout = options.RequestTimeout });

    public async Task<Dictionary<string, Dictionary<string, string>>> SettingsAsync(IReadOnlyCollection<string> topics)
    {
        var all = await admin.DescribeConfigsAsync(topics.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t }), new DescribeConfigsOptions { RequestTimeout = options.RequestTimeout }).ConfigureAwait(false);
        return all.ToDictionary(t => t.ConfigResource.Name, t => t.Entries.ToDictionary(e => e.Key, e => e.Value.Value ?? ""));
    }
}
