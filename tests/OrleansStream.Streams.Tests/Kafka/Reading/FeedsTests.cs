using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Reading;
using OrleansStream.Streams.Kafka.Records;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Kafka.Health;

namespace OrleansStream.Streams.Tests.Kafka.Reading;

/// <summary>Consumers are few, and readers may be many and far apart.</summary>
public sealed class FeedsTests : IDisposable
{
    private static readonly TopicPartition Partition = new("fed", 0);
    private readonly KafkaMockCluster _mock = new();
    private readonly FakeTimeProvider _time = new();
    private readonly KafkaHealth _health = new(NullLogger.Instance);
    private readonly KafkaLogOptions _options;
    private readonly FeedConsumers _consumers;
    private readonly PartitionFeeds _feeds;

    public FeedsTests()
    {
        _mock.CreateTopic(Partition.Topic, 1);
        _options = new KafkaLogOptions { BootstrapServers = _mock.Bootstrap, CatchUpConsumers = 1 };
        _consumers = new FeedConsumers(_options, new KafkaClients(_options, _health, NullLogger.Instance), new RecordReader(null), _time, NullLogger.Instance);
        _feeds = new PartitionFeeds(Partition, new PartitionEnds(() => Task.FromResult<LogWatermarks?>(null)), _consumers, _options, _time);
    }

    public void Dispose()
    {
        _feeds.CloseAll();
        _consumers.Dispose();
        _mock.Dispose();
    }

    [Fact]
    public void IsTakenFromWhoUsedItLeastRecently_WhenAllConsumersHaveAFeed()
    {
        lock (_feeds.Gate)
        {
            Assert.True(_feeds.TryOpen(0));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(_feeds.TryOpen(100));
            // Both are too young to be given away, and in use.
            Assert.False(_feeds.TryOpen(200));
            Assert.Null(_feeds.Find(200));
            _time.Advance(TimeSpan.FromMilliseconds(20));
            Assert.True(_feeds.TryOpen(200));
            Assert.Null(_feeds.Find(0));
            Assert.NotNull(_feeds.Find(100));
            Assert.NotNull(_feeds.Find(200));
        }
    }

    /// <summary>However many wait there: nobody keeps a consumer to himself.</summary>
    [Fact]
    public void IsLeftToWhoWaitsThereForAWhileOnly_WhenOthersWantIt()
    {
        lock (_feeds.Gate)
        {
            _feeds.TryOpen(0);
            _feeds.TryOpen(100);
            var (first, second) = (_feeds.Find(0)!, _feeds.Find(100)!);
            (first.Waiting, second.Waiting) = (1, 1);
            var woken = first.Changed;
            _time.Advance(TimeSpan.FromMilliseconds(200));
            second.UsedAt = _time.GetTimestamp();
            Assert.False(_feeds.TryOpen(200));
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.True(_feeds.TryOpen(200));
            Assert.True(first.Closed && woken.IsCompleted);
            Assert.False(second.Closed);
        }
    }

    [Fact]
    public async Task EndsAndIsForgottenByTheFigures_WhenACatchUpConsumerHasNothingToRead()
    {
        FeedConsumer nearly, far;
        lock (_feeds.Gate)
        {
            _feeds.TryOpen(0);
            _feeds.TryOpen(100);
            (nearly, far) = (_feeds.Find(0)!.Consumer, _feeds.Find(100)!.Consumer);
        }
        _health.Statistics.Take("feed-1", KafkaStatisticsTests.OfConsumer(queued: 918_270));
        Assert.Contains(KafkaStatisticsTests.Read("orleansstream.kafka.queue.records"), m => m.Value == 918_273);
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return far.IsEnding;
        }, "the second consumer has ended");
        Assert.False(nearly.IsEnding);
        far.Join();
        Assert.DoesNotContain(KafkaStatisticsTests.Read("orleansstream.kafka.queue.records"), m => m.Value == 918_273);
        // Whoever needs one again gets another.
        lock (_feeds.Gate)
        {
            while (_feeds.Find(0) is { } left) _feeds.Close(left);
            Assert.True(_feeds.TryOpen(0) && _feeds.TryOpen(100));
            Assert.Same(nearly, _feeds.Find(0)!.Consumer);
            Assert.NotSame(far, _feeds.Find(100)!.Consumer);
        }
    }
}
