using Confluent.Kafka;
using Confluent.Kafka.Admin;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka.Topics;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka.Topics;

/// <summary>
/// What a real broker does about topics and the mock cluster does not: it creates them when asked and knows their settings. Each also stands in the mock, which keeps the
/// groups' offsets. On real brokers <see cref="TopicCreationTests"/> takes the true way.
/// </summary>
internal sealed class FakeBrokerTopics(KafkaMockCluster mock) : IBrokerTopics
{
    private readonly Dictionary<string, BrokerTopic> _topics = [];

    /// <summary>What each topic is set to; a broker's defaults for those that are not here.</summary>
    public Dictionary<string, Dictionary<string, string>> Settings { get; } = [];

    public List<TopicSpecification> Created { get; } = [];

    /// <summary>What creating a topic ends with.</summary>
    public Func<string, ErrorCode> OnCreate { get; set; } = _ => ErrorCode.NoError;

    public bool HidesSettings { get; set; }

    /// <summary>So often it is asked after a topic was created before the topic has leaders.</summary>
    public int LooksUntilLed { get; set; }

    /// <summary>It is there, from whomever; again with another number, it has grown.</summary>
    public void Put(string topic, int partitions, int replicas = 1, params (string Name, string Value)[] settings)
    {
        if (_topics.TryAdd(topic, new BrokerTopic(partitions, replicas, true))) mock.CreateTopic(topic, partitions);
        _topics[topic] = new BrokerTopic(partitions, replicas, true);
        Settings[topic] = new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["retention.ms"] = "604800000", ["min.insync.replicas"] = "1" };
        foreach (var (name, value) in settings) Settings[topic][name] = value;
    }

    public Task<Dictionary<string, BrokerTopic>> FindAsync(IReadOnlyCollection<string> topics)
    {
        bool led = Created.Count == 0 || LooksUntilLed-- <= 0;
        return Task.FromResult(_topics.Where(t => topics.Contains(t.Key)).ToDictionary(t => t.Key, t => t.Value with { IsLed = led }));
    }

    public Task CreateAsync(IReadOnlyCollection<TopicSpecification> topics)
    {
        var reports = new List<CreateTopicReport>();
        foreach (var topic in topics)
        {
            var code = OnCreate(topic.Name);
            reports.Add(new CreateTopicReport { Topic = topic.Name, Error = new Error(code, code.ToString()) });
            if (code != ErrorCode.NoError) continue;
            Created.Add(topic);
            Put(topic.Name, topic.NumPartitions, settings: [.. (topic.Configs ?? []).Select(c => (c.Key, c.Value))]);
        }
        return reports.Exists(r => r.Error.IsError) ? Task.FromException(new CreateTopicsException(reports)) : Task.CompletedTask;
    }

    public Task<Dictionary<string, Dictionary<string, string>>> SettingsAsync(IReadOnlyCollection<string> topics) =>
        HidesSettings ? Task.FromException<Dictionary<string, Dictionary<string, string>>>(new KafkaException(ErrorCode.ClusterAuthorizationFailed))
        : Task.FromResult(Settings.Where(s => topics.Contains(s.Key)).ToDictionary(s => s.Key, s => s.Value));
}
