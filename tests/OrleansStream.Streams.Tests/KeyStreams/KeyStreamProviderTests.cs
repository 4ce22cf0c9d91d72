using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>Producing through Orleans, with Orleans' own serializer; what becomes of records that have no stream, and of outages.</summary>
public sealed class KeyStreamProviderTests : KeyStreamOnFakeLog
{
    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddKeyedSingleton<IStreamIdSelector>(Provider, new ByValue());

    [Fact]
    public async Task IsDurableAndDelivered_WhenAClientProduces()
    {
        var stream = Stream("k1");
        await stream.OnNextAsync(new KeyEvent(Appended(Single, "k1")));
        KeyEvent[] batch = [.. Enumerable.Range(0, 10).Select(_ => new KeyEvent(Appended(Single, "k1")))];
        await stream.OnNextBatchAsync(batch);
        var records = Log.ReadAll(new TopicPartition(Single, Murmur2Partitioner.Partition("k1", Partitions)), 0);
        Assert.Equal(batch.Select(e => e.Id), records.Skip(1).Select(r => r.Id));
        await WaitUntilCommittedAsync("produced");
        AssertDeliveredOnce("produced");
    }

    [Fact]
    public async Task IsDeliveredOnce_WhenAnEventWithAnIdIsProducedTwice()
    {
        var item = new KeyEvent(Appended(Single, "k1"));
        await Stream("k1").OnNextAsync(item);
        await Stream("k1").OnNextAsync(item);
        await WaitUntilCommittedAsync("produced");
        AssertDeliveredOnce("produced");
    }

    [Fact]
    public async Task EachEventBringsItsContext_WhenProducersHadOne()
    {
        for (int i = 0; i < 4; i++)
        {
            if (i % 2 == 0) RequestContext.Set("user", $"user {i}");
            else RequestContext.Clear();
            await Stream("k1").OnNextAsync(new KeyEvent(Appended(Single, "k1")));
        }
        RequestContext.Clear();
        await WaitUntilCommittedAsync("produced");
        Assert.Equal(["user 0", null, "user 2", null], Deliveries.Of("first", "k1").Select(id => Deliveries.Users[id]));
    }

    [Fact]
    public async Task Throws_WhenATokenIsGiven()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Stream("k1").OnNextAsync(new KeyEvent("e"), new EventSequenceTokenV2(1)));
        Assert.Contains("without a token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throws_WhenTheNamespaceIsNoTopicOfTheProvider()
    {
        var stream = Cluster.Client.GetStreamProvider(Provider).GetStream<KeyEvent>("elsewhere", "k1");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => stream.OnNextAsync(new KeyEvent("e")));
        Assert.Contains(Single, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsCommittedWithoutDelivery_WhenTheSelectorGivesNoStream()
    {
        await Log.AppendAsync(Single, [.. Enumerable.Range(0, 20).Select(i => Records.Of($"k{i}", $"{i}", ByValue.Nobody))]);
        await WaitUntilCommittedAsync("nobody's");
        Assert.Empty(Deliveries.Delivered);
        Assert.Empty(DeadLetters());
    }

    [Fact]
    public async Task GoesToTheDeadLetters_WhenTheSelectorThrows()
    {
        Log.FailAppend = topic => topic == "dead-letters" ? new IOException("no dead letters now") : null;
        await Log.AppendAsync(Single, [Records.Of("k1", "bad", ByValue.Broken)]);
        await Stream("k1").OnNextAsync(new KeyEvent(Appended(Single, "k1")));
        await Wait.UntilAsync(() => Log.RecordsRead >= 1, "the record is read");
        Log.FailAppend = _ => null;
        await WaitUntilCommittedAsync("after the outage");
        var letter = Assert.Single(DeadLetters());
        Assert.Equal(("bad", "no-stream"), (letter.Id, letter.Code));
        AssertDeliveredOnce("after the outage");
    }

    [Fact]
    public async Task LosesNothing_WhenTheDeadLettersAreDown()
    {
        Log.FailAppend = topic => topic == "dead-letters" ? new IOException("no dead letters now") : null;
        int tries = 0;
        Deliveries.OnEvent = (_, _, id) => id.EndsWith('0') && Interlocked.Increment(ref tries) > 0
            ? Task.FromException(new InvalidOperationException("never")) : Task.CompletedTask;
        await Stream("k1").OnNextBatchAsync([.. Enumerable.Range(0, 5).Select(_ => new KeyEvent(Appended(Single, "k1")))]);
        await Wait.UntilAsync(() => Volatile.Read(ref tries) > 60, "delivery was given up and tried again");
        Assert.Equal(5, await LagAsync());
        Deliveries.OnEvent = (_, _, _) => Task.CompletedTask;
        await WaitUntilCommittedAsync("after it healed");
        AssertDelivered("after it healed");
        Assert.Empty(DeadLetters());
    }

    [Fact]
    public async Task LosesNothing_WhenReadsAndCommitsFail()
    {
        var random = new Random(Seed);
        bool Fails()
        {
            lock (random) return random.Next(4) == 0;
        }

        Log.FailRead = _ => Fails() ? new IOException("read") : null;
        Log.FailCommit = (_, _) => Fails() ? new IOException("commit") : null;
        for (int i = 0; i < 100; i++) await Stream($"k{i % 7}").OnNextAsync(new KeyEvent(Appended(Single, $"k{i % 7}")));
        await WaitUntilCommittedAsync("load");
        AssertDeliveredOnce("load");
    }

    private IAsyncStream<KeyEvent> Stream(string key) => Cluster.Client.GetStreamProvider(Provider).GetStream<KeyEvent>(Single, key);

    private sealed class ByValue : IStreamIdSelector
    {
        public const string Nobody = "nobody's", Broken = "broken";

        public StreamId? StreamOf(string topic, LogRecord record) => Records.Text(record) switch
        {
            Nobody => null,
            Broken => throw new FormatException("broken"),
            _ => StreamId.Create(topic, record.Key),
        };

        public (string Topic, string Key) PlaceOf(StreamId stream) => (stream.GetNamespace()!, stream.GetKeyAsString());
    }
}
