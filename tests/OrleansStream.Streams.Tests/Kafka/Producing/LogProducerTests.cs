using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Producing;
using OrleansStream.Streams.Log;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka.Producing;

/// <summary>Records that are not taken: what the caller is told, and that the producer goes on with the next.</summary>
public sealed class LogProducerTests : IDisposable
{
    private const string Topic = "produced";
    private readonly KafkaMockCluster _mock = new();
    private readonly KafkaLogOptions _options;
    private readonly List<LogProducer> _producers = [];

    public LogProducerTests()
    {
        _mock.CreateTopic(Topic, 1);
        _options = new KafkaLogOptions { BootstrapServers = _mock.Bootstrap, Linger = TimeSpan.Zero };
    }

    public void Dispose()
    {
        foreach (var producer in _producers) producer.Dispose();
        _mock.Dispose();
    }

    [Fact]
    public async Task SaysWhichSettingAllowsMoreAndTakesNothing_WhenOneRecordIsTooLarge()
    {
        var producer = Make();
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(producer, Records.Of("k", "small"), Records.Of("k", "large", new string('x', _options.MaxRecordBytes))));
        Assert.Contains("OrleansStream:Kafka:MaxRecordBytes (1000000)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await AppendAsync(producer, Records.Of("k", "next")));
    }

    [Fact]
    public async Task SaysWhichSettingOfTheTopicAllowsMore_WhenTheBrokerFindsARecordTooLarge()
    {
        var producer = Make();
        _mock.PushErrors(KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(producer, Records.Of("k", "1")));
        Assert.Contains($"'{Topic}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("raise the topic's max.message.bytes", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await AppendAsync(producer, Records.Of("k", "2")));
    }

    [Fact]
    public async Task SaysThatRightsAreMissing_WhenTheUserMayNotWrite()
    {
        var producer = Make();
        _mock.PushErrors(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed);
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(producer, Records.Of("k", "1")));
        Assert.Contains("give the user the rights", refusal.Message, StringComparison.Ordinal);
        // librdkafka refuses the topic by itself then, until it has asked for it again.
        for (long started = Environment.TickCount64; ;)
        {
            try
            {
                Assert.Equal(0, await AppendAsync(producer, Records.Of("k", "1")));
                return;
            }
            catch (LogUnavailableException) when (Environment.TickCount64 - started < Wait.Limit.TotalMilliseconds)
            {
                await Task.Delay(10);
            }
        }
    }

    /// <summary>Made anew with fewer: refused by the client at once, before it is under way.</summary>
    [Fact]
    public async Task IsUnavailable_WhenTheTopicHasNoSuchPartitionAnyMore()
    {
        var producer = Make();
        Assert.Equal(0, await AppendAsync(producer, Records.Of("k", "1")));
        string elsewhere = Enumerable.Range(0, 100).Select(i => $"k{i}").First(k => Murmur2Partitioner.Partition(k, 7) == 6);
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => producer.AppendAsync(Topic, 7, [Records.Of(elsewhere, "2")], CancellationToken.None).WaitAsync(Wait.Limit));
        Assert.Contains("Unknown partition", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AppendAsync(producer, Records.Of("k", "3")));
    }

    /// <summary>librdkafka's idempotent producer never works again after it: another takes its place, without a restart of the process.</summary>
    [Fact]
    public async Task IsGivenUpAndTheNextOneTaken_WhenTheProducerFailsForGood()
    {
        _mock.PushErrors(KafkaRequest.InitProducerId, ErrorCode.ClusterAuthorizationFailed);
        var producer = Make();
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(producer, Records.Of("k", "1")));
        Assert.Contains("Send them again with the same ids", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await AppendAsync(producer, Records.Of("k", "1")));
    }

    [Fact]
    public async Task IsGivenUpForAllWhoWait_WhenTheLogIsClosedMeanwhile()
    {
        _options.RequestTimeout = TimeSpan.FromMilliseconds(400);
        _mock.SetDown();
        // No caller's own limit ends it here: that time stands still.
        var producer = Make(new FakeTimeProvider());
        var (first, second) = (AppendAsync(producer, Records.Of("k", "1")), AppendAsync(producer, Records.Of("k", "1")));
        producer.Dispose();
        foreach (var call in new[] { first, second })
            Assert.Contains("The log was closed", (await Assert.ThrowsAsync<LogUnavailableException>(() => call)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(producer, Records.Of("k", "2")));
    }

    private LogProducer Make(TimeProvider? time = null)
    {
        var health = new KafkaHealth(NullLogger.Instance);
        _producers.Add(new LogProducer(_options, new KafkaClients(_options, health, NullLogger.Instance), health, (_, _) => { }, time ?? TimeProvider.System, NullLogger.Instance));
        return _producers[^1];
    }

    /// <summary>The offset of the first.</summary>
    private static async Task<long> AppendAsync(LogProducer producer, params LogRecord[] records) =>
        (await producer.AppendAsync(Topic, 1, records, CancellationToken.None).WaitAsync(Wait.Limit))[0].Position.Offset;
}
