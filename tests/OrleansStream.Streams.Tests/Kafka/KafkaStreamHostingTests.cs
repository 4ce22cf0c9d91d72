using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.KeyStreams;
using TopicPartition = OrleansStream.Streams.Log.TopicPartition;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>A stream per key on Kafka as an application sets it up, by one call or by its configuration alone: the whole way between a producer that knows nothing of Orleans and a grain.</summary>
public sealed class KafkaStreamHostingTests : IAsyncDisposable
{
    private const string Provider = "keys";
    private readonly KafkaMockCluster _mock;
    private readonly Deliveries _deliveries = new();
    private InProcessTestCluster? _cluster;

    public KafkaStreamHostingTests()
    {
        KafkaPlace.SkipUnlessMock("subscriptions name the topics, which have names of their own on brokers that others share");
        _mock = new KafkaMockCluster();
        foreach (string topic in new[] { KeyStreamHarness.Single, "orders", DeadLetter.TopicName }) _mock.CreateTopic(topic, 2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.StopAllSilosAsync();
            await _cluster.DisposeAsync();
        }
        _mock?.Dispose();
    }

    [Fact]
    public async Task GoesFromTheClientOverKafkaToTheGrain_WhenBothAddTheProvider()
    {
        await StartAsync(silo => silo.AddKafkaStreams(Provider, Configure), client => client.AddKafkaStreams(Provider, Configure));
        await _cluster!.Client.GetStreamProvider(Provider).GetStream<KeyEvent>(KeyStreamHarness.Single, "k1").OnNextAsync(new KeyEvent("e-1"));
        await DeliveredAsync("k1", "e-1");
        // Only who delivers has dead letters.
        Assert.Equal(["dead-letters", KeyStreamHarness.Single], TopicsOf(_cluster.GetSiloServiceProvider()));
        Assert.Equal([KeyStreamHarness.Single], TopicsOf(_cluster.Client.ServiceProvider));
        // Anybody can read it: the stream's key is the record's, its value is JSON.
        var message = Consume(Murmur2Partitioner.Partition("k1", 2)).Message;
        Assert.Equal(("k1", "e-1"), (Encoding.UTF8.GetString(message.Key), JsonDocument.Parse(message.Value).RootElement.GetProperty("id").GetString()));
        Assert.Contains(message.Headers, h => h.Key == "ce_id");
        // The settings of both kinds have arrived: the group is the one of the options, and so is the bound of the log.
        await CommittedAsync("readers", new TopicPartition(KeyStreamHarness.Single, Murmur2Partitioner.Partition("k1", 2)), 1);
        Assert.Equal(17, _cluster.Client.ServiceProvider.GetRequiredService<Microsoft.Extensions.Options.IOptions<KafkaLogOptions>>().Value.TailKeep);

        void Configure(KafkaStreamOptions options)
        {
            options.Topics.Add(KeyStreamHarness.Single);
            options.BootstrapServers = _mock.Bootstrap;
            options.UseJson().Kafka(Quick).Kafka(kafka => kafka.TailKeep = 17).Streams(streams => (streams.Group, streams.CommitInterval) = ("readers", TimeSpan.FromMilliseconds(20)));
        }
    }

    [Fact]
    public async Task FollowsItsOwnKeysStreamsAndSerializer_WhenTheyAreGiven()
    {
        await StartAsync(silo => silo.AddKafkaStreams(Provider, options =>
        {
            options.Topics.Add("orders");
            options.BootstrapServers = _mock.Bootstrap;
            options.Kafka(Quick).UseKeys(new KeyBeforeColon()).UseStreamIds(new AllToOneNamespace()).UseSerializer(new IdAfterColon());
        }), _ => { });
        await ProduceAsync("orders", null, "k7:e-7");
        await ProduceAsync("orders", "k8", "whatever:e-8");
        await DeliveredAsync("k7", "e-7");
        await DeliveredAsync("k8", "e-8");
    }

    /// <summary>As Aspire's AppHost sets it for a Kafka resource.</summary>
    [Fact]
    public async Task IsThereWithTheTopicsOfItsConfiguration_WhenItsProviderTypeIsKafkaServer()
    {
        await StartAsync(silo => silo.Services.AddKafkaLog(Quick), client => client.Services.AddKafkaLog(Quick), new()
        {
            ["ConnectionStrings:kafka"] = _mock.Bootstrap, ["Orleans:Streaming:keys:ProviderType"] = "KafkaServer", ["Orleans:Streaming:keys:Topics"] = $" orders, ,{KeyStreamHarness.Single}",
        });
        Assert.Equal(["dead-letters", "orders", KeyStreamHarness.Single], TopicsOf(_cluster!.GetSiloServiceProvider()));
        Assert.Equal(["orders", KeyStreamHarness.Single], TopicsOf(_cluster.Client.ServiceProvider));
        await _cluster.Client.GetStreamProvider(Provider).GetStream<KeyEvent>(KeyStreamHarness.Single, "k1").OnNextAsync(new KeyEvent("e-1"));
        await DeliveredAsync("k1", "e-1");
    }

    [Fact]
    public async Task HasOneTopicOfItsOwnName_WhenItsConfigurationNamesNone()
    {
        await StartAsync(silo => silo.Services.AddKafkaLog(Quick), client => client.Services.AddKafkaLog(Quick), new()
        {
            ["ConnectionStrings:kafka"] = _mock.Bootstrap, [$"Orleans:Streaming:{KeyStreamHarness.Single}:ProviderType"] = "KafkaServer",
        });
        Assert.Equal(["dead-letters", KeyStreamHarness.Single], TopicsOf(_cluster!.GetSiloServiceProvider()));
        await _cluster.Client.GetStreamProvider(KeyStreamHarness.Single).GetStream<KeyEvent>(KeyStreamHarness.Single, "k1").OnNextAsync(new KeyEvent("e-1"));
        await DeliveredAsync("k1", "e-1");
    }

    private static void Quick(KafkaLogOptions options)
    {
        (options.WatermarkInterval, options.Linger) = (TimeSpan.FromMilliseconds(100), TimeSpan.Zero);
        // The mock answers a parked fetch only when its time is over.
        options.Settings["fetch.wait.max.ms"] = "5";
    }

    private async Task StartAsync(Action<ISiloBuilder> silo, Action<IClientBuilder> client, Dictionary<string, string?>? settings = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureHost(host => host.Configuration.AddInMemoryCollection(settings));
        builder.ConfigureSilo((_, configured) =>
        {
            configured.Services.AddSingleton(_deliveries);
            silo(configured);
        });
        builder.ConfigureClient(client);
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    private Task DeliveredAsync(string key, string id) => Wait.UntilAsync(() => _deliveries.Of("first", key).Contains(id), $"the grain of {key} has {id}");

    private async Task CommittedAsync(string group, TopicPartition partition, long next)
    {
        var log = _cluster!.Client.ServiceProvider.GetRequiredService<IEventLog>();
        for (long started = Environment.TickCount64; await log.CommittedAsync(group, partition) is var committed && committed != next; await Task.Delay(20))
            Assert.True(Environment.TickCount64 - started < Wait.Limit.TotalMilliseconds, $"{group} has committed {committed} of {partition}, not {next}");
    }

    private async Task ProduceAsync(string topic, string? key, string value)
    {
        using var producer = new ProducerBuilder<string?, string>(new ProducerConfig { BootstrapServers = _mock.Bootstrap, Partitioner = Partitioner.Murmur2Random }).Build();
        await producer.ProduceAsync(topic, new Message<string?, string> { Key = key, Value = value }).WaitAsync(Wait.Limit);
    }

    private ConsumeResult<byte[], byte[]> Consume(int partition)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _mock.Bootstrap, GroupId = "plain", EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(KeyStreamHarness.Single, partition, 0));
        return consumer.Consume(Wait.Limit) ?? throw new TimeoutException($"nothing in partition {partition}");
    }

    private static IEnumerable<string> TopicsOf(IServiceProvider services) => services.GetRequiredService<IEventLog>().Topics.Keys.Order(StringComparer.Ordinal);

    private sealed class KeyBeforeColon : IKafkaKeySelector
    {
        public string? KeyOf(string topic, LogRecord record) => Records.Text(record).Split(':')[0];
    }

    private sealed class AllToOneNamespace : IStreamIdSelector
    {
        public StreamId? StreamOf(string topic, LogRecord record) => StreamId.Create(KeyStreamHarness.Single, record.Key);

        public (string Topic, string Key) PlaceOf(StreamId stream) => throw new NotSupportedException();
    }

    private sealed class IdAfterColon : IStreamRecordSerializer
    {
        public byte[] Serialize<T>(T item) => throw new NotSupportedException();

        public bool TryDeserialize<T>(LogRecord record, out T item)
        {
            item = (T)(object)new KeyEvent(Records.Text(record).Split(':')[1]);
            return true;
        }
    }
}
