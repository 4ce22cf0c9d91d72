using System.Text;
using Confluent.Kafka;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Processing;
using TopicPartition = OrleansStream.Streams.Log.TopicPartition;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>Records of a producer that knows nothing of us, all the way to their keys' grains or the dead letters.</summary>
public sealed class KafkaStrayRecordTests : IAsyncLifetime
{
    private readonly KafkaPlace _place = new();
    private EngineUnderTest _engine = null!;
    private IProducer<string?, byte[]?> _producer = null!;

    private string Topic => _place.NameOf(ChainProcessor.Topic);

    public async ValueTask InitializeAsync()
    {
        _engine = await EngineUnderTest.StartAsync(new EngineSetup { Place = _place });
        // librdkafka's partitioner that agrees with the Java client's.
        _producer = new ProducerBuilder<string?, byte[]?>(new ProducerConfig { BootstrapServers = _place.Bootstrap, LingerMs = 5, Partitioner = Partitioner.Murmur2Random }).Build();
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task ReachesTheGrainOfItsKeyInOrder_WhenItIsPlacedAsJavaDoes()
    {
        var expected = new Dictionary<string, ChainState>();
        for (int i = 0; i < 1_000; i++)
        {
            // Without a CloudEvents id a record is itself; with one, the id is.
            string key = $"карта-{i * 7 % 41}", id = $"e-{i}";
            _producer.Produce(Topic, Message(key, "plain", ("ce_id", id), ("ce_source", "/pos"), ("x-own", "1")));
            expected[key] = expected.GetValueOrDefault(key, ChainState.Empty).Then(id);
        }
        _producer.Flush(Wait.Limit);
        await AppliedAsync();
        foreach (var (key, state) in expected) Assert.Equal(state, await _engine.ShownAsync(key));
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task GoesToTheDeadLettersAndTheRestFlows_WhenItHasNoKeyOrLiesInAnotherPartition()
    {
        var home = _engine.PartitionOf("k");
        int elsewhere = (home.Partition + 1) % _engine.Partitions.Count();
        await ProduceAsync(home.Partition, Message("k", "first"));
        await ProduceAsync(home.Partition, Message(null, """{"amount":1}"""));
        await ProduceAsync(elsewhere, Message("k", "astray", ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")));
        await ProduceAsync(home.Partition, Message("k", "second"));
        await AppliedAsync();
        Assert.Equal(2, (await _engine.ShownAsync("k")).Count);
        var letters = (await LettersAsync()).OrderBy(l => l.Code, StringComparer.Ordinal).ToList();
        Assert.Equal(["no-key", "wrong-partition"], letters.Select(l => l.Code));
        Assert.Equal(("", home.Partition, """{"amount":1}"""), (letters[0].Key, letters[0].Partition, Encoding.UTF8.GetString(letters[0].Value)));
        Assert.Equal(("k", elsewhere, "astray"), (letters[1].Key, letters[1].Partition, Encoding.UTF8.GetString(letters[1].Value)));
        Assert.Contains(letters[1].Headers!, h => h.Key == "traceparent");
        Assert.Contains($"partition {home.Partition}", letters[1].Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MeansNothingToAnEvent_WhenItIsATombstone()
    {
        await ProduceAsync(null, Message("k", "first"));
        await ProduceAsync(null, new Message<string?, byte[]?> { Key = "k", Value = null });
        await ProduceAsync(null, Message("k", "second"));
        await AppliedAsync();
        Assert.Equal(2, (await _engine.ShownAsync("k")).Count);
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task IsAppliedOnce_WhenItsProducerSentItTwice()
    {
        for (int i = 0; i < 2; i++) await ProduceAsync(null, Message("k", "plain", ("ce_id", "e-1"), ("ce_source", "/pos")));
        await ProduceAsync(null, Message("k", "plain", ("ce_id", "e-1"), ("ce_source", "/other")));
        await AppliedAsync();
        Assert.Equal(2, (await _engine.ShownAsync("k")).Count);
    }

    private static Message<string?, byte[]?> Message(string? key, string value, params (string Name, string Value)[] headers)
    {
        var message = new Message<string?, byte[]?> { Key = key, Value = Encoding.UTF8.GetBytes(value), Headers = [] };
        foreach (var (name, text) in headers) message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        return message;
    }

    /// <param name="partition">Null: where its key belongs.</param>
    /// <param name="message">The message.</param>
    private Task ProduceAsync(int? partition, Message<string?, byte[]?> message) => (partition is { } p
        ? _producer.ProduceAsync(new Confluent.Kafka.TopicPartition(Topic, p), message) : _producer.ProduceAsync(Topic, message)).WaitAsync(Wait.Limit);

    /// <summary>The log learns of what others append within its interval; then all of it is applied.</summary>
    private async Task AppliedAsync()
    {
        foreach (var partition in _engine.Partitions)
        {
            long end = EndOf(partition);
            await Wait.UntilAsync(() => _engine.Log.Watermarks(partition).High >= end, $"{partition} is known up to {end}");
        }
        string? stuck = await _engine.WhenCommittedAsync(Wait.Limit);
        Assert.True(stuck is null, stuck);
    }

    private long EndOf(TopicPartition partition)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _place.Bootstrap, GroupId = "ends" }).Build();
        return consumer.QueryWatermarkOffsets(new Confluent.Kafka.TopicPartition(Topic, partition.Partition), Wait.Limit).High.Value;
    }

    private async Task<List<DeadLetter>> LettersAsync() =>
        [.. (await Conformance.Model.LogContents.ReadAsync(_engine.Log, DeadLetter.TopicName)).Select(r => DeadLetter.FromJson(r.Value.Span))];
}
