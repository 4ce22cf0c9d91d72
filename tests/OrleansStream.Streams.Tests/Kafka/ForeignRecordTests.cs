using System.Text;
using Confluent.Kafka;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using TopicPartition = OrleansStream.Streams.Log.TopicPartition;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>Records of producers that know nothing of us, and ours in the eyes of such a consumer: plain Confluent.Kafka on both sides.</summary>
public sealed class ForeignRecordTests : IAsyncLifetime
{
    private const string Topic = "foreign";
    private static readonly DateTimeOffset Then = new(2026, 11, 24, 9, 30, 0, 123, TimeSpan.Zero);
    private readonly KafkaPlace _place = new();
    private readonly KeyFromValue _keys = new();
    private KafkaLog _log = null!;
    private IProducer<byte[]?, byte[]?> _producer = null!;

    public async ValueTask InitializeAsync()
    {
        var topics = new Dictionary<string, int> { [Topic] = 1 };
        _place.Create(topics);
        _log = _place.Make(topics, keys: _keys);
        await _log.OpenAsync();
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _place.Bootstrap, LingerMs = 0, MessageMaxBytes = 2_000_000 }).Build();
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _log.DisposeAsync();
        await _place.DisposeAsync();
    }

    private TopicPartition Partition => new(_place.NameOf(Topic), 0);

    [Fact]
    public async Task IsItselfWithItsTimestamp_WhenARecordIsPlainJsonWithAKey()
    {
        var record = await RoundTripAsync("card-1"u8.ToArray(), """{"amount":1}"""u8.ToArray());
        Assert.Equal(("card-1", $"{Partition.Topic}:0:0", "", """{"amount":1}"""), (record.Key, record.Id, record.Source, Text(record)));
        Assert.Equal((Then, Then), (record.Time, record.ReceivedAt));
        Assert.Empty(record.Headers);
    }

    [Fact]
    public async Task HasTheIdentityOfTheEvent_WhenItIsACloudEventInBinaryMode()
    {
        var record = await RoundTripAsync("k"u8.ToArray(), "{}"u8.ToArray(),
            ("ce_specversion", "1.0"), ("ce_id", "e-1"), ("ce_source", "/shop"), ("ce_type", "com.example.sold"), ("ce_time", "2026-11-24T09:00:00.5+01:00"),
            ("content-type", "application/json"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Equal(("e-1", "/shop", new DateTimeOffset(2026, 11, 24, 8, 0, 0, 500, TimeSpan.Zero), Then), (record.Id, record.Source, record.Time, record.ReceivedAt));
        Assert.Equal(("com.example.sold", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), (record.Header("ce_type"), record.Header("traceparent")));
    }

    [Fact]
    public async Task HasTheEventsDataAndAttributes_WhenItIsACloudEventInStructuredMode()
    {
        const string @event = """{"specversion":"1.0","id":"e-2","source":"/shop","type":"sold","partitionkey":"card-9","n":7,"data":{"amount":2.50, "x":[1]},"time":"2026-11-24T08:00:00Z"}""";
        var record = await RoundTripAsync("card-9"u8.ToArray(), Encoding.UTF8.GetBytes(@event), ("content-type", "application/cloudevents+json; charset=utf-8"));
        Assert.Equal(("e-2", "/shop", """{"amount":2.50, "x":[1]}"""), (record.Id, record.Source, Text(record)));
        Assert.Equal(("sold", "7", "application/json"), (record.Header("ce_type"), record.Header("ce_n"), record.Header("content-type")));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero), record.Time);
    }

    [Fact]
    public async Task HasTheBytesOfItsData_WhenTheyAreNoJson()
    {
        const string @event = """{"specversion":"1.0","id":"e-3","source":"/shop","type":"photo","subject":null,"datacontenttype":"image/png","data_base64":"iVBORw=="}""";
        var record = await RoundTripAsync("card-9"u8.ToArray(), Encoding.UTF8.GetBytes(@event), ("content-type", "application/cloudevents+json"));
        Assert.Equal([0x89, 0x50, 0x4e, 0x47], record.Value.ToArray());
        Assert.Equal(("e-3", "image/png", null), (record.Id, record.Header("content-type"), record.Header("ce_subject")));
    }

    [Theory]
    [InlineData("""{"id":"e","source":"/s","data_base64":"no base64!"}""")]
    [InlineData("""{"id":"e","source":{"nested":1},"data":1}""")]
    [InlineData("""["id"]""")]
    public async Task IsTakenAsItStands_WhenWhatItSaysCannotBe(string value)
    {
        var record = await RoundTripAsync("k"u8.ToArray(), Encoding.UTF8.GetBytes(value), ("content-type", "application/cloudevents+json"));
        Assert.Equal((value, $"{Partition.Topic}:0:{record.Offset}"), (Text(record), record.Id));
        Assert.Equal([new("content-type", "application/cloudevents+json")], record.Headers);
    }

    [Fact]
    public async Task StaysAsItIs_WhenItOnlySaysThatItIsACloudEvent()
    {
        var record = await RoundTripAsync("k"u8.ToArray(), """{"id":"e","data":{"""u8.ToArray(), ("content-type", "application/cloudevents+json"));
        Assert.Equal("""{"id":"e","data":{""", Text(record));
    }

    [Fact]
    public async Task HasTheKeyThatTheSelectorFinds_WhenItCameWithoutOne()
    {
        Assert.Equal("from-value", (await RoundTripAsync(null, "key=from-value"u8.ToArray())).Key);
        var none = await RoundTripAsync(null, "nothing"u8.ToArray());
        Assert.Equal(("", "no-key"), (none.Key, none.Header(LogHeaders.Unroutable)));
        var fails = await RoundTripAsync(null, "throw"u8.ToArray());
        Assert.Equal(("", "no-key"), (fails.Key, fails.Header(LogHeaders.Unroutable)));
    }

    [Fact]
    public async Task IsATombstone_WhenItHasNoValue()
    {
        var record = await RoundTripAsync("k"u8.ToArray(), null);
        Assert.Equal((0, LogHeaders.Tombstone), (record.Value.Length, record.Header(LogHeaders.Kind)));
    }

    [Fact]
    public async Task ComesWhole_WhenItHasAMegabyte()
    {
        byte[] value = new byte[1_000_000 - 200];
        new Random(1).NextBytes(value);
        Assert.Equal(value, (await RoundTripAsync("k"u8.ToArray(), value)).Value.ToArray());
    }

    [Fact]
    public async Task KeepsHeadersThatAreNoText_AsDataUrls()
    {
        var message = new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = "{}"u8.ToArray(), Headers = [] };
        message.Headers.Add("binary", [0xff, 0x00, 0xfe]);
        message.Headers.Add("null", null);
        message.Headers.Add("twice", "1"u8.ToArray());
        message.Headers.Add("twice", "2"u8.ToArray());
        var record = await RoundTripAsync(message);
        Assert.Equal(
            [new("binary", "data:application/octet-stream;base64,/wD+"), new("null", ""), new("twice", "1"), new("twice", "2")], record.Headers);
    }

    [Fact]
    public async Task GoesToThePartitionOfItsBytes_WhenAKeyThatIsNoTextIsAppendedFor()
    {
        var topics = new Dictionary<string, int> { ["many"] = 7 };
        _place.Create(topics);
        await using var log = _place.Make(topics);
        await log.OpenAsync();
        for (int i = 0; i < 20; i++)
        {
            byte[] key = [0xff, (byte)i, 0x80, 0x01];
            int expected = (int)(Murmur2Partitioner.Hash(key) & 0x7fffffff) % 7;
            var place = (await log.AppendAsync(_place.NameOf("many"), [Records.Of(Streams.Kafka.Records.KafkaKey.FromBytes(key), $"{i}")]))[0].Position;
            Assert.Equal((expected, expected), (place.Partition, log.PartitionOf(_place.NameOf("many"), Streams.Kafka.Records.KafkaKey.FromBytes(key))));
            Assert.Equal(key, Consume(place).Message.Key);
        }
    }

    [Theory]
    [InlineData("card-1")]
    [InlineData("ключ")]
    [InlineData("base64:AAEC")]
    [InlineData("base64:not base64!")]
    [InlineData("base64:/wCA")]
    public void IsTheSameText_WhenAKeyGoesThereAndBack(string key) =>
        Assert.Equal(key, Streams.Kafka.Records.KafkaKey.FromBytes(Streams.Kafka.Records.KafkaKey.ToBytes(key)));

    /// <summary>A consumer that knows nothing of us finds a CloudEvent in binary mode: JSON as it was handed in, key, attributes, trace context.</summary>
    [Fact]
    public async Task IsACloudEventWithKeyAndHeaders_WhenAPlainConsumerReadsOurs()
    {
        var time = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero).AddTicks(7);
        var record = new LogRecord
        {
            Key = "card-42", Id = "tx-1", Source = "/pos", Time = time, ReceivedAt = Then.AddTicks(3), Value = """{"id":"tx-1"}"""u8.ToArray(),
            Headers = [new("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), new("ce_type", "com.example.tx")],
        };
        var position = (await _log.AppendAsync(Partition.Topic, [record]))[0].Position;
        var seen = Consume(position).Message;
        Assert.Equal(("card-42", """{"id":"tx-1"}"""), (Encoding.UTF8.GetString(seen.Key), Encoding.UTF8.GetString(seen.Value)));
        var headers = seen.Headers.ToLookup(h => h.Key, h => Encoding.UTF8.GetString(h.GetValueBytes()));
        Assert.Equal(("1.0", "tx-1", "/pos", "com.example.tx", "application/json"),
            (headers["ce_specversion"].Single(), headers["ce_id"].Single(), headers["ce_source"].Single(), headers["ce_type"].Single(), headers["content-type"].Single()));
        Assert.Equal(time, DateTimeOffset.Parse(headers["ce_time"].Single(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(record.Headers[0].Value, headers["traceparent"].Single());
        Assert.Equal(Then.ToUnixTimeMilliseconds(), seen.Timestamp.UnixTimestampMs);
        var read = await ReadAsync(position.Offset);
        Assert.Equal((record.Time, record.ReceivedAt), (read.Time, read.ReceivedAt));
        Assert.Equal(record.Headers, read.Headers);
    }

    [Fact]
    public async Task KeepsItsIdentity_WhenItsCloudEventsAttributesSayOtherwise()
    {
        var record = new LogRecord
        {
            Key = "k", Id = "business", Source = "source", Time = Then, ReceivedAt = Then, Headers = [new("ce_specversion", "1.0"), new("ce_id", "envelope"), new("ce_source", "/other"), new("ce_time", "2020-01-01T00:00:00Z")],
        };
        var read = await ReadAsync((await _log.AppendAsync(Partition.Topic, [record]))[0].Position.Offset);
        Assert.Equal(("business", "source", Then), (read.Id, read.Source, read.Time));
        Assert.Equal(record.Headers, read.Headers);
    }

    private ConsumeResult<byte[], byte[]> Consume(Position position)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _place.Bootstrap, GroupId = "plain", EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(position.Topic, position.Partition, position.Offset));
        return consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"nothing at {position}");
    }

    private Task<LogRecord> RoundTripAsync(byte[]? key, byte[]? value, params (string Name, string Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        foreach (var (name, text) in headers) message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        return RoundTripAsync(message);
    }

    private async Task<LogRecord> RoundTripAsync(Message<byte[]?, byte[]?> message)
    {
        message.Timestamp = new Timestamp(Then);
        var delivered = await _producer.ProduceAsync(new Confluent.Kafka.TopicPartition(Partition.Topic, 0), message).WaitAsync(Wait.Limit);
        return await ReadAsync(delivered.Offset.Value);
    }

    private async Task<LogRecord> ReadAsync(long offset)
    {
        using var reader = _log.OpenReader(Partition, offset);
        return (await reader.ReadAsync(1, 2_000_000, Wait.Limit))[0];
    }

    private static string Text(LogRecord record) => Encoding.UTF8.GetString(record.Value.Span);

    private sealed class KeyFromValue : IKafkaKeySelector
    {
        public string? KeyOf(string topic, LogRecord record) => Records.Text(record) switch
        {
            "throw" => throw new InvalidOperationException("a selector fails"),
            var text when text.StartsWith("key=", StringComparison.Ordinal) => text[4..],
            _ => null,
        };
    }
}
