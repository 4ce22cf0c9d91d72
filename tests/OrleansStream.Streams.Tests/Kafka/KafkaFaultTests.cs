using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Producing;
using OrleansStream.Streams.Log;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>What brokers do to the log, and what the log makes of it: nothing acknowledged is lost, nothing is there twice, order holds, and it heals by itself.</summary>
public sealed class KafkaFaultTests : IAsyncDisposable
{
    private const string Topic = "faults";
    private static readonly TopicPartition Partition = new(Topic, 0);
    private readonly KafkaPlace _place;
    private KafkaLog _log = null!;

    public KafkaFaultTests()
    {
        KafkaPlace.SkipUnlessMock("brokers that fail as they are told");
        _place = new KafkaPlace(3);
    }

    private KafkaMockCluster Mock => _place.Mock!;

    public async ValueTask DisposeAsync()
    {
        if (_place is null) return;
        for (int broker = 1; broker <= Mock.Brokers; broker++) Mock.SetUp(broker);
        if (_log is not null) await _log.DisposeAsync();
        await _place.DisposeAsync();
    }

    private async Task OpenAsync(Action<KafkaLogOptions>? configure = null, int partitions = 1, TimeProvider? time = null)
    {
        var topics = new Dictionary<string, int> { [Topic] = partitions };
        _place.Create(topics);
        _log = _place.Make(topics, configure, time);
        await _log.OpenAsync();
    }

    /// <summary>All brokers, half a minute: longer than every timeout of the log's own that could give up on it.</summary>
    [Fact]
    public async Task RefusesInTimeTurnsRedAndHeals_WhenAllBrokersAreDownForHalfAMinute()
    {
        await OpenAsync(o => o.RequestTimeout = TimeSpan.FromSeconds(2));
        using var reader = _log.OpenReader(Partition, 0);
        await AppendAsync(["before"]);
        Assert.Equal(["before"], await ReadAsync(reader, 1));
        var tail = reader.ReadAsync(10, 1 << 20, TimeSpan.FromMinutes(2)).AsTask();
        for (int broker = 1; broker <= 3; broker++) Mock.SetDown(broker);
        long down = Stopwatch.GetTimestamp();
        int refused = 0;
        while (Stopwatch.GetElapsedTime(down) < TimeSpan.FromSeconds(30))
        {
            // The same ids again and again, as whoever was refused does.
            long asked = Stopwatch.GetTimestamp();
            await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(["1", "2", "3"]));
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(5), $"refused after {Stopwatch.GetElapsedTime(asked)}");
            refused++;
        }
        Assert.True(refused > 3);
        Assert.NotNull(_log.Problem);
        await Assert.ThrowsAsync<LogUnavailableException>(async () => await _log.CommittedAsync("g", Partition));
        for (int broker = 1; broker <= 3; broker++) Mock.SetUp(broker);
        await Wait.UntilAsync(() => _log.Problem is null, "health is green");
        await AppendEventuallyAsync(["1", "2", "3"]);
        await AppendAsync(["after"]);
        var read = (await tail.WaitAsync(Wait.Limit)).Select(r => r.Id).ToList();
        while (read[^1] != "after") read.AddRange(await ReadAsync(reader, 1));
        // What was refused may have reached the brokers when they came back, before it was sent again: then it stands there twice, in order, and the partition's owner drops the second.
        Assert.Equal(["1", "2", "3", "after"], read.Distinct());
        await _log.CommitAsync("g", Partition, 2);
        Assert.Equal(2, await _log.CommittedAsync("g", Partition));
    }

    [Fact]
    public async Task LosesNothing_WhenLeadersChangeUnderLoad()
    {
        await OpenAsync(partitions: 3);
        using var stop = new CancellationTokenSource();
        var moving = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++, await Task.Delay(100))
                Mock.SetLeader(Topic, i % 3, 1 + (i / 3 % 3));
        });
        var ids = Enumerable.Range(0, 300).Select(i => $"{i:d4}").ToList();
        foreach (var batch in ids.Chunk(10)) await AppendEventuallyAsync(batch, key: i => $"k{int.Parse(i, System.Globalization.CultureInfo.InvariantCulture) % 7}");
        await stop.CancelAsync();
        await moving;
        await AssertEachOnceInOrderAsync(ids, 3);
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.NotEnoughReplicasAfterAppend)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.Local_Transport)]
    public async Task IsThereOnceInOrder_WhenProducingFailsForAMoment(ErrorCode error)
    {
        await OpenAsync();
        Mock.PushErrors(KafkaRequest.Produce, [.. Enumerable.Repeat(error, 3)]);
        var ids = Enumerable.Range(0, 100).Select(i => $"{i:d4}").ToList();
        foreach (var batch in ids.Chunk(20)) await AppendEventuallyAsync(batch);
        await AssertEachOnceInOrderAsync(ids, 1);
    }

    [Fact]
    public async Task IsUnavailableAndCanBeSentAgain_WhenAMessageTimesOut()
    {
        await OpenAsync(o =>
        {
            o.RequestTimeout = TimeSpan.FromSeconds(20);
            o.Settings["message.timeout.ms"] = "1000";
        });
        await AppendAsync(["0"]);
        for (int broker = 1; broker <= 3; broker++) Mock.SetDown(broker);
        var failure = await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(["1", "2"]));
        Assert.Contains("same ids", failure.Message, StringComparison.Ordinal);
        for (int broker = 1; broker <= 3; broker++) Mock.SetUp(broker);
        await AppendEventuallyAsync(["1", "2"]);
        await AssertEachOnceInOrderAsync(["0", "1", "2"], 1);
    }

    /// <summary>Who gave up and sends again while the first is still under way joins it.</summary>
    [Fact]
    public async Task IsThereOnce_WhenACallerGivesUpAndSendsAgain()
    {
        await OpenAsync(o => o.RequestTimeout = TimeSpan.FromMilliseconds(300));
        await AppendAsync(["0"]);
        for (int broker = 1; broker <= 3; broker++) Mock.SetRoundTrip(TimeSpan.FromSeconds(1), broker);
        for (int i = 0; i < 3; i++) await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(["1", "2"]));
        for (int broker = 1; broker <= 3; broker++) Mock.SetRoundTrip(TimeSpan.Zero, broker);
        await AppendEventuallyAsync(["1", "2"]);
        await AssertEachOnceInOrderAsync(["0", "1", "2"], 1);
    }

    /// <summary>A retry met a broker that has the record but remembers only its latest batches: there is no position to answer with.</summary>
    [Fact]
    public async Task IsToSendAgain_WhenABrokerHasItAndNoLongerKnowsWhere()
    {
        await OpenAsync();
        await AppendAsync(["0"]);
        Mock.PushErrors(KafkaRequest.Produce, ErrorCode.DuplicateSequenceNumber);
        var failure = await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(["1"]));
        Assert.Contains("without its place", failure.Message, StringComparison.Ordinal);
        await AppendEventuallyAsync(["1"]);
        await AssertEachOnceInOrderAsync(["0", "1"], 1);
    }

    /// <summary>A report of what is not under way any more changes nothing: not the end, not a call.</summary>
    [Fact]
    public async Task CountsOnce_WhenADeliveryIsReportedAgain()
    {
        _place.Create(new Dictionary<string, int> { [Topic] = 1 });
        var options = new KafkaLogOptions { BootstrapServers = Mock.Bootstrap };
        var health = new KafkaHealth(NullLogger.Instance);
        var appended = new List<long>();
        using var producer = new LogProducer(options, new KafkaClients(options, health, NullLogger.Instance), health, (_, offset) => appended.Add(offset), TimeProvider.System, NullLogger.Instance);
        var record = Records.Of("k", "1");
        var place = (await producer.AppendAsync(Topic, 1, [record], CancellationToken.None).WaitAsync(Wait.Limit))[0].Position;
        var again = new AppendCall(1);
        var reported = new PendingRecord(producer, Topic, IdentityHash.Of(record), 100);
        reported.Add(again, 0);
        producer.Settle(reported, new Confluent.Kafka.TopicPartitionOffset(Topic, 0, place.Offset + 1), new Confluent.Kafka.Error(ErrorCode.NoError));
        Assert.Equal([place.Offset], appended);
        Assert.False(again.Done.IsCompleted);
        Assert.Equal(place.Offset + 1, (await producer.AppendAsync(Topic, 1, [Records.Of("k", "2")], CancellationToken.None).WaitAsync(Wait.Limit))[0].Position.Offset);
    }

    [Fact]
    public async Task TakesNothing_WhenTooMuchWaits()
    {
        await OpenAsync(o => (o.MaxWaitingRecords, o.RequestTimeout) = (10, TimeSpan.FromSeconds(5)));
        for (int broker = 1; broker <= 3; broker++) Mock.SetRoundTrip(TimeSpan.FromMilliseconds(300), broker);
        var first = AppendAsync([.. Enumerable.Range(0, 8).Select(i => $"a{i}")]);
        await Assert.ThrowsAsync<LogOverloadedException>(() => AppendAsync(["b0", "b1", "b2"]));
        await first;
        await AppendAsync(["c"]);
        Assert.DoesNotContain(await ReadAllAsync(1), r => r.Id.StartsWith('b'));
    }

    [Theory]
    [InlineData(ErrorCode.GroupCoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotCoordinatorForGroup)]
    [InlineData(ErrorCode.GroupLoadInProgress)]
    public async Task CommitsAllTheSame_WhenTheCoordinatorFailsForAMoment(ErrorCode error)
    {
        await OpenAsync();
        await AppendAsync(["1", "2", "3"]);
        Mock.PushErrors(KafkaRequest.OffsetCommit, error, error);
        Mock.PushErrors(KafkaRequest.OffsetFetch, error, error);
        Mock.PushErrors(KafkaRequest.FindCoordinator, ErrorCode.GroupCoordinatorNotAvailable);
        await _log.CommitAsync("g", Partition, 2).AsTask().WaitAsync(Wait.Limit);
        Assert.Equal(2, await _log.CommittedAsync("g", Partition).AsTask().WaitAsync(Wait.Limit));
        Mock.SetCoordinator("g", 2);
        await _log.CommitAsync("g", Partition, 3).AsTask().WaitAsync(Wait.Limit);
        Assert.Equal(3, await _log.CommittedAsync("g", Partition).AsTask().WaitAsync(Wait.Limit));
    }

    /// <summary>Retention removes what a reader has not reached: it goes on at the oldest record that is left, and the low watermark follows.</summary>
    [Fact]
    public async Task GoesOnAtTheOldestRecord_WhenItsPlaceIsGone()
    {
        await OpenAsync();
        await AppendAsync([.. Enumerable.Range(0, 50).Select(i => $"{i}")]);
        await AppendAsync([.. Enumerable.Range(50, 50).Select(i => $"{i}")]);
        Mock.DeleteRecords(Topic, 0, 50);
        using var reader = _log.OpenReader(Partition, 10);
        Assert.Equal("50", (await ReadAsync(reader, 50))[0]);
        Assert.Equal(new LogWatermarks(50, 100), _log.Watermarks(Partition));
    }

    [Fact]
    public async Task GoesOnAtTheOldestRecord_WhenNobodySaysAtFirstWhereItIs()
    {
        // The log itself asks next in a minute: the error is for who looks for his place.
        await OpenAsync(o => o.WatermarkInterval = TimeSpan.FromMinutes(1));
        await AppendAsync([.. Enumerable.Range(0, 20).Select(i => $"{i}")]);
        await AppendAsync([.. Enumerable.Range(20, 20).Select(i => $"{i}")]);
        Mock.DeleteRecords(Topic, 0, 20);
        Mock.PushErrors(KafkaRequest.ListOffsets, ErrorCode.TopicAuthorizationFailed);
        using var reader = _log.OpenReader(Partition, 10);
        Assert.Equal("20", (await ReadAsync(reader, 1))[0]);
    }

    [Fact]
    public async Task ReadsOn_WhenFetchingFailsForAMoment()
    {
        await OpenAsync();
        Mock.PushErrors(KafkaRequest.Fetch, ErrorCode.TopicAuthorizationFailed, ErrorCode.UnknownTopicOrPart, ErrorCode.Unknown);
        await AppendAsync(["1", "2"]);
        using var reader = _log.OpenReader(Partition, 0);
        var read = await ReadAsync(reader, 2);
        while (read.Count < 2) read.AddRange(await ReadAsync(reader, 1));
        Assert.Equal(["1", "2"], read);
    }

    /// <summary>Who replays from a time must not begin at the end because nobody answered.</summary>
    [Fact]
    public async Task IsUnavailable_WhenTheOffsetOfATimeCannotBeAskedFor()
    {
        await OpenAsync(o => o.WatermarkInterval = TimeSpan.FromMinutes(1));
        await AppendAsync(["1", "2"]);
        Mock.PushErrors(KafkaRequest.ListOffsets, ErrorCode.TopicAuthorizationFailed);
        var failure = await Assert.ThrowsAsync<LogUnavailableException>(() => _log.OffsetForTimeAsync(Partition, Records.Time).AsTask().WaitAsync(Wait.Limit));
        Assert.Contains($"{Partition} could not be asked for the offset of a time", failure.Message, StringComparison.Ordinal);
        // As brokers do for a time after the last record; the mock knows no times and says it of all.
        Assert.Equal(2, await _log.OffsetForTimeAsync(Partition, Records.Time.AddDays(1)).AsTask().WaitAsync(Wait.Limit));
    }

    /// <summary>A topic made anew, or cut off by an unclean election: its next records would pass for ones that keys have applied.</summary>
    [Fact]
    public async Task RefusesToReadAndTurnsRed_WhenAPlaceIsBeyondTheEnd()
    {
        await OpenAsync();
        await AppendAsync(["1", "2"]);
        using var reader = _log.OpenReader(Partition, 1_000);
        var failure = await Assert.ThrowsAsync<LogUnavailableException>(async () =>
        {
            while (true) await reader.ReadAsync(10, 1 << 20, TimeSpan.FromSeconds(5)).AsTask().WaitAsync(Wait.Limit);
        });
        Assert.Contains("ends at offset 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ends at offset 2", _log.Problem, StringComparison.Ordinal);
    }

    /// <summary>Nobody reads for longer than a consumer may be silent.</summary>
    [Fact]
    public async Task GoesOn_WhenAReaderPausedForLongerThanMaxPollInterval()
    {
        await OpenAsync(o =>
        {
            o.TailRecords = 16;
            o.Settings["max.poll.interval.ms"] = "1000";
            o.Settings["session.timeout.ms"] = "1000";
        });
        var ids = Enumerable.Range(0, 200).Select(i => $"{i:d4}").ToList();
        foreach (var batch in ids.Chunk(50)) await AppendAsync(batch);
        using var reader = _log.OpenReader(Partition, 0);
        var read = await ReadAsync(reader, 4);
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        while (read.Count < ids.Count) read.AddRange(await ReadAsync(reader, ids.Count - read.Count));
        Assert.Equal(ids, read);
    }

    [Fact]
    public async Task ReportsAnUnknownTopic_WhenItWasDeletedUnderIt()
    {
        await OpenAsync(o => o.Settings["topic.metadata.propagation.max.ms"] = "500");
        await AppendAsync(["1"]);
        Mock.DeleteTopic(Topic);
        await Wait.UntilAsync(() => _log.Problem is not null, "health is red");
    }

    /// <summary>Keys of other producers go to other partitions from then on: nothing mends that, and everybody should know.</summary>
    [Fact]
    public async Task TurnsRedWithTheReason_WhenATopicGrowsUnderIt()
    {
        await OpenAsync(time: new HurriedTime(10));
        await AppendAsync(["1"]);
        Mock.DeleteTopic(Topic);
        Mock.CreateTopic(Topic, 3);
        await Wait.UntilAsync(() => _log.Problem?.Contains("has 3 partitions and had 1 when it was first used", StringComparison.Ordinal) == true, "health says so");
    }

    private Task<AppendResult[]> AppendAsync(IReadOnlyList<string> ids, Func<string, string>? key = null) =>
        _log.AppendAsync(Topic, [.. ids.Select(id => Records.Of(key?.Invoke(id) ?? "k", id))]).WaitAsync(Wait.Limit);

    /// <summary>As whoever hands in does: the same records again until they are taken.</summary>
    private async Task AppendEventuallyAsync(IReadOnlyList<string> ids, Func<string, string>? key = null)
    {
        for (long started = Environment.TickCount64; ;)
        {
            try
            {
                await AppendAsync(ids, key);
                return;
            }
            catch (LogUnavailableException) when (Environment.TickCount64 - started < Wait.Limit.TotalMilliseconds)
            {
            }
        }
    }

    private static async Task<List<string>> ReadAsync(ILogReader reader, int count) =>
        [.. (await reader.ReadAsync(count, 1 << 20, Wait.Limit).AsTask().WaitAsync(Wait.Limit * 2)).Select(r => r.Id)];

    private async Task<List<LogRecord>> ReadAllAsync(int partitions)
    {
        var all = new List<LogRecord>();
        for (int p = 0; p < partitions; p++)
        {
            var partition = new TopicPartition(Topic, p);
            using var reader = _log.OpenReader(partition, 0);
            while (reader.NextOffset < _log.Watermarks(partition).High) all.AddRange(await reader.ReadAsync(1_000, 1 << 20, TimeSpan.Zero));
        }
        return all;
    }

    /// <summary>Each id, by the first of its records, and every key's in order. Where the broker did not answer, it may stand there twice.</summary>
    private async Task AssertEachOnceInOrderAsync(List<string> ids, int partitions)
    {
        var all = await ReadAllAsync(partitions);
        var first = all.DistinctBy(r => r.Id).ToList();
        Assert.Equal(ids, first.Select(r => r.Id).Order(StringComparer.Ordinal));
        foreach (var key in first.GroupBy(r => r.Key)) Assert.Equal(key.Select(r => r.Id).Order(StringComparer.Ordinal), key.Select(r => r.Id));
        TestContext.Current.TestOutputHelper?.WriteLine($"{all.Count - first.Count} of {all.Count} records stand there twice");
    }
}
