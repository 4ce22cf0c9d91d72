using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Offsets;
using OrleansStream.Streams.Kafka.Topics;
using OrleansStream.Streams.Log;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka.Topics;

/// <summary>Topics at the start of a process: what is created and how, what is refused and with which way out. The register of partition numbers is a real group's offsets.</summary>
public sealed class TopicSetupTests : IDisposable
{
    private readonly KafkaMockCluster _mock = new();
    private readonly FakeBrokerTopics _brokers;
    private readonly KafkaLogOptions _options;
    private readonly GroupOffsets _register;

    public TopicSetupTests()
    {
        _brokers = new FakeBrokerTopics(_mock);
        _options = new KafkaLogOptions { BootstrapServers = _mock.Bootstrap };
        var health = new KafkaHealth(NullLogger.Instance);
        _register = new GroupOffsets("register", new KafkaClients(_options, health, NullLogger.Instance), _options, health, TimeProvider.System);
    }

    public void Dispose()
    {
        _register.Dispose();
        _mock.Dispose();
    }

    [Fact]
    public async Task IsCreatedAsConfigured_WhenItIsMissing()
    {
        _options.Topics["transactions"] = 7;
        (_options.ReplicationFactor, _options.MinInSyncReplicas, _options.Retention, _options.DefaultPartitions) = (3, 2, TimeSpan.FromDays(2), 5);
        var topics = await RunAsync(new TopicDeclaration("dead-letters"), new TopicDeclaration("jobs", 1));
        Assert.Equal([("dead-letters", 5), ("jobs", 1), ("transactions", 7)], topics.OrderBy(t => t.Key).Select(t => (t.Key, t.Value)));
        Assert.All(_brokers.Created, t => Assert.Equal((3, "172800000", "2", false),
            (t.ReplicationFactor, t.Configs["retention.ms"], t.Configs["min.insync.replicas"], t.Configs.ContainsKey("cleanup.policy"))));
    }

    /// <summary>As the gateway declares <c>api-keys</c>: the last record of a key is the key.</summary>
    [Fact]
    public async Task IsCreatedCompactedAndForEver_WhenItIsDeclaredSo()
    {
        await RunAsync(new TopicDeclaration("api-keys", 1) { IsCompacted = true });
        var created = Assert.Single(_brokers.Created);
        Assert.Equal(("compact", "-1", 1), (created.Configs["cleanup.policy"], created.Configs["retention.ms"], created.NumPartitions));
    }

    [Fact]
    public async Task IsCreatedWithTheRetentionThatIsDeclared()
    {
        await RunAsync(new TopicDeclaration("minutes", 1), new TopicDeclaration("minutes") { Retention = TimeSpan.FromHours(1) }, new TopicDeclaration("rules", 1) { Retention = Timeout.InfiniteTimeSpan });
        Assert.Equal([("minutes", "3600000"), ("rules", "-1")], _brokers.Created.OrderBy(t => t.Name).Select(t => (t.Name, t.Configs["retention.ms"])));
    }

    [Fact]
    public async Task GoesOn_WhenAnotherProcessCreatedItMeanwhile()
    {
        _brokers.OnCreate = topic =>
        {
            _brokers.Put(topic, 3);
            return ErrorCode.TopicAlreadyExists;
        };
        Assert.Equal(3, (await RunAsync(new TopicDeclaration("t", 3)))["t"]);
    }

    [Fact]
    public async Task SaysWhatToDo_WhenItMayNotBeCreated()
    {
        _brokers.OnCreate = _ => ErrorCode.TopicAuthorizationFailed;
        await AssertRefusedAsync(["Topic 't' could not be created", "with 3 partitions", "give the user the right"], new TopicDeclaration("t", 3));
    }

    [Fact]
    public async Task IsTriedAgain_WhenTheControllerIsNotThereForAMoment()
    {
        _brokers.OnCreate = _ => ErrorCode.NotController;
        var failure = await Assert.ThrowsAsync<Confluent.Kafka.KafkaException>(() => RunAsync(new TopicDeclaration("t", 3)));
        Assert.Equal(ErrorCode.NotController, failure.Error.Code);
    }

    [Fact]
    public async Task IsWaitedFor_WhenItsPartitionsHaveNoLeadersYet()
    {
        _brokers.LooksUntilLed = 2;
        Assert.Equal(3, (await RunAsync(new TopicDeclaration("t", 3)))["t"]);
        Assert.True(_brokers.LooksUntilLed < 0, "it has looked until there were leaders");
    }

    [Fact]
    public async Task IsTriedAgain_WhenItsPartitionsGetNoLeadersInTime()
    {
        (_brokers.LooksUntilLed, _options.RequestTimeout) = (int.MaxValue, TimeSpan.FromMilliseconds(100));
        var failure = await Assert.ThrowsAsync<Confluent.Kafka.KafkaException>(() => RunAsync(new TopicDeclaration("t", 3)));
        Assert.Equal(ErrorCode.LeaderNotAvailable, failure.Error.Code);
    }

    [Fact]
    public async Task NamesAll_WhenSomeAreMissingAndNoneMayBeCreated()
    {
        _options.CreateTopics = false;
        _brokers.Put("there", 1);
        await AssertRefusedAsync(["'a' does not exist", "with 2 partitions", "'b' does not exist", "OrleansStream:Kafka:CreateTopics"],
            new TopicDeclaration("a", 2), new TopicDeclaration("b", 1), new TopicDeclaration("there", 1));
        Assert.Empty(_brokers.Created);
    }

    [Fact]
    public async Task SaysBothNumbers_WhenItHasOtherPartitionsThanConfigured()
    {
        _options.Topics["t"] = 4;
        _brokers.Put("t", 6);
        await AssertRefusedAsync(["'t' has 6 partitions and 4 are configured", "breaks their order", "OrleansStream:Kafka:Topics:t to 6"]);
    }

    /// <summary>Nobody has configured a number: that it grew is known from the register alone.</summary>
    [Fact]
    public async Task ExplainsWhyAndNamesTheWayOut_WhenItHasGrownSinceItWasFirstUsed()
    {
        _options.Topics["t"] = 0;
        _brokers.Put("t", 4);
        Assert.Equal(4, (await RunAsync())["t"]);
        _brokers.Put("t", 6);
        await AssertRefusedAsync(["'t' has 6 partitions and had 4", "out of order", "a topic of another name with 6", "consumer group 'register'"]);
        Assert.Contains("had 4", await Setup().FindChangedAsync(new Dictionary<string, int> { ["t"] = 4 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsRefused_WhenItKeepsRecordsForTooShort()
    {
        _options.Topics["t"] = 0;
        _brokers.Put("t", 1, settings: ("retention.ms", "60000"));
        await AssertRefusedAsync(["'t' keeps records for 00:01:00 only", "MinRetention", "Raise its retention.ms"]);
        _options.MinRetention = TimeSpan.FromMinutes(1);
        await RunAsync();
        _brokers.Put("t", 1, settings: ("retention.ms", "-1"));
        _options.MinRetention = TimeSpan.FromDays(1);
        await RunAsync();
    }

    [Theory]
    [InlineData("delete", "604800000", true)]
    [InlineData("compact,delete", "604800000", true)]
    [InlineData("delete", "-1", false)]
    [InlineData("compact", "604800000", false)]
    public async Task IsRefusedUnlessItKeepsTheLastOfAKeyForEver_WhenItIsDeclaredCompacted(string policy, string retention, bool refused)
    {
        _brokers.Put("api-keys", 1, settings: [("cleanup.policy", policy), ("retention.ms", retention)]);
        var declared = new TopicDeclaration("api-keys", 1) { IsCompacted = true };
        if (refused) await AssertRefusedAsync(["'api-keys' must keep the last record of every key for ever", "cleanup.policy to compact"], declared);
        else await RunAsync(declared);
    }

    [Fact]
    public async Task IsRefused_WhenTooFewReplicasMakeARecordDurable()
    {
        _options.Topics["t"] = 0;
        _options.MinInSyncReplicas = 2;
        _brokers.Put("t", 1, replicas: 3);
        await AssertRefusedAsync(["when 1 replicas have it", "asks for 2", "Raise its min.insync.replicas"]);
        _brokers.Put("t", 1, replicas: 3, ("min.insync.replicas", "2"));
        await RunAsync();
    }

    [Fact]
    public async Task NamesAllAtOnce_WhenSeveralThingsAreWrong()
    {
        (_options.Topics["a"], _options.Topics["b"]) = (2, 0);
        _brokers.Put("a", 3);
        _brokers.Put("b", 1, settings: ("retention.ms", "1000"));
        await AssertRefusedAsync(["'a' has 3 partitions", "'b' keeps records"]);
    }

    [Fact]
    public async Task Starts_WhenItsSettingsMayNotBeRead()
    {
        _brokers.Put("t", 1, settings: ("retention.ms", "1"));
        _brokers.HidesSettings = true;
        Assert.Equal(1, (await RunAsync(new TopicDeclaration("t", 1)))["t"]);
    }

    private TopicSetup Setup(params TopicDeclaration[] declared) =>
        new(_brokers, new TopicPlan(_options, declared), _register, _options, TimeProvider.System, NullLogger.Instance);

    private Task<Dictionary<string, int>> RunAsync(params TopicDeclaration[] declared) => Setup(declared).RunAsync(CancellationToken.None).WaitAsync(Wait.Limit);

    private async Task AssertRefusedAsync(string[] parts, params TopicDeclaration[] declared)
    {
        var refusal = await Assert.ThrowsAsync<TopicRefusedException>(() => RunAsync(declared));
        foreach (string part in parts) Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
    }
}
