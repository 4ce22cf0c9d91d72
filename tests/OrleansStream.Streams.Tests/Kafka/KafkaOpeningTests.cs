using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>A process that starts while the brokers are not there, or not as they should be.</summary>
public sealed class KafkaOpeningTests : IAsyncDisposable
{
    private const string Topic = "opened";
    private readonly KafkaPlace _place;
    private KafkaLog? _log;

    public KafkaOpeningTests()
    {
        KafkaPlace.SkipUnlessMock("brokers that fail as they are told");
        _place = new KafkaPlace(configure: o => (o.StartTimeout, o.RequestTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)));
    }

    private KafkaMockCluster Mock => _place.Mock!;

    public async ValueTask DisposeAsync()
    {
        if (_place is null) return;
        Mock.SetUp();
        if (_log is not null) await _log.DisposeAsync();
        await _place.DisposeAsync();
    }

    /// <summary>With how many partitions is nobody's to guess: keys would go to wrong ones.</summary>
    [Fact]
    public async Task WaitsForTheBrokersBeyondItsLimit_WhenTheNumberOfPartitionsIsNotConfigured()
    {
        var time = new HurriedTime(20);
        var log = Make(partitions: 0, time);
        Mock.CreateTopic(Topic, 3);
        Mock.SetDown();
        long started = time.GetTimestamp();
        var opening = log.OpenAsync();
        await Wait.UntilAsync(() => log.Problem?.Contains("does not answer", StringComparison.Ordinal) == true && time.GetElapsedTime(started) > TimeSpan.FromSeconds(10), "it has waited for longer than it may");
        Assert.False(opening.IsCompleted);
        Mock.SetUp();
        await opening.WaitAsync(Wait.Limit);
        Assert.Equal(3, log.Topics[Topic]);
        Assert.Null(log.Problem);
    }

    [Fact]
    public async Task EndsItsWaiting_WhenItIsCancelled()
    {
        var log = Make(partitions: 0);
        Mock.SetDown();
        using var stop = new CancellationTokenSource();
        var opening = log.OpenAsync(stop.Token);
        await Wait.UntilAsync(() => log.Problem?.Contains("does not answer", StringComparison.Ordinal) == true, "it waits");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Wait.Limit));
    }

    [Fact]
    public async Task StartsRedAndOpensByItself_WhenTheBrokersComeLater()
    {
        var log = Make(partitions: 2);
        Mock.CreateTopic(Topic, 2);
        Mock.SetDown();
        await log.OpenAsync().WaitAsync(Wait.Limit);
        Assert.NotNull(log.Problem);
        // Where a key belongs is known all the same.
        Assert.Equal(Murmur2Partitioner.Partition("k", 2), log.PartitionOf(Topic, "k"));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(Topic, [Records.Of("k", "1")]));
        Assert.Throws<LogUnavailableException>(() => log.OpenReader(new TopicPartition(Topic, 0), 0));
        Mock.SetUp();
        await Wait.UntilAsync(() => log.Problem is null, "it is open");
        Assert.Equal(new LogWatermarks(0, 0), log.Watermarks(new TopicPartition(Topic, 1)));
    }

    /// <summary>It has started without them: too late to refuse the start, so it refuses to work.</summary>
    [Fact]
    public async Task StaysRedWithTheReason_WhenTheTopicTurnsOutWrongOnceTheBrokersAnswer()
    {
        var log = Make(partitions: 1);
        Mock.CreateTopic(Topic, 3);
        Mock.SetDown();
        await log.OpenAsync().WaitAsync(Wait.Limit);
        Mock.SetUp();
        await Wait.UntilAsync(() => log.Problem?.Contains($"'{Topic}' has 3 partitions and 1 are configured", StringComparison.Ordinal) == true, "health says so");
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(Topic, [Records.Of("k", "1")]));
        Assert.Contains("has 3 partitions and 1 are configured", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsRedWithTheReason_WhileItMayNotSeeTheTopic()
    {
        var log = Make(partitions: 1);
        Mock.CreateTopic(Topic, 1);
        Mock.SetTopicError(Topic, ErrorCode.TopicAuthorizationFailed);
        await log.OpenAsync().WaitAsync(Wait.Limit);
        Assert.Contains("authorization failed", log.Problem, StringComparison.OrdinalIgnoreCase);
        Mock.SetTopicError(Topic, ErrorCode.NoError);
        await Wait.UntilAsync(() => log.Problem is null, "it is open");
    }

    /// <summary>The mock creates none: as a broker that is too old for it.</summary>
    [Fact]
    public async Task OpensOnceSomebodyHasMadeTheTopic_WhenTheBrokersCannotCreateIt()
    {
        var log = Make(partitions: 2);
        await log.OpenAsync().WaitAsync(Wait.Limit);
        Assert.Contains("not supported", log.Problem, StringComparison.OrdinalIgnoreCase);
        Mock.CreateTopic(Topic, 2);
        await Wait.UntilAsync(() => log.Problem is null, "it is open");
        Assert.Equal(2, log.Topics[Topic]);
    }

    private KafkaLog Make(int partitions, TimeProvider? time = null) => _log = _place.Make(new Dictionary<string, int> { [Topic] = partitions }, time: time);
}
