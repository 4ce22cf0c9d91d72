using Orleans.Streams;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

internal interface IExplicitSubscriber : IGrainWithStringKey
{
    Task Subscribe();

    /// <summary>Subscribes, and takes no other call for some time after it has.</summary>
    Task SubscribeAndStayBusy(TimeSpan busy);

    Task Unsubscribe();
}

/// <summary>Subscribes by a call, and resumes whenever it is activated, as the documentation of Orleans has it.</summary>
[GrainType("explicit-subscriber")]
internal sealed class ExplicitSubscriber(Deliveries deliveries) : Grain, IExplicitSubscriber, IAsyncObserver<KeyEvent>
{
    private IAsyncStream<KeyEvent> Stream => this.GetStreamProvider("keys").GetStream<KeyEvent>(KeyStreamHarness.Unread, this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles()) await handle.ResumeAsync(this);
    }

    public Task Subscribe() => Stream.SubscribeAsync(this);

    public async Task SubscribeAndStayBusy(TimeSpan busy)
    {
        await Subscribe();
        await deliveries.DeliverAsync("subscribed", this.GetPrimaryKeyString(), "");
        await Task.Delay(busy);
    }

    public async Task Unsubscribe()
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles()) await handle.UnsubscribeAsync();
    }

    public Task OnNextAsync(KeyEvent item, StreamSequenceToken? token = null) => deliveries.DeliverAsync("explicit", this.GetPrimaryKeyString(), item.Id);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>Explicit subscriptions, which the agent registers on its own time.</summary>
public sealed class KeyStreamExplicitTests : KeyStreamOnFakeLog
{
    protected override void Configure(LogStreamOptions options)
    {
        base.Configure(options);
        options.PubSubType = StreamPubSubType.ExplicitGrainBasedAndImplicit;
        options.StreamInactivityPeriod = TimeSpan.FromMilliseconds(200);
        options.LongPoll = TimeSpan.FromMilliseconds(20);
    }

    protected override void ConfigureSilo(ISiloBuilder silo) => silo.AddMemoryGrainStorage("PubSubStore");

    [Fact]
    public async Task DeliversAllFromThenOn_WhenAGrainSubscribesAndIsDeactivatedAgainAndAgain()
    {
        var random = new Random(Seed);
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => $"k{i}")];
        await Task.WhenAll(keys.Select(k => Cluster.Client.GetGrain<IExplicitSubscriber>(k).Subscribe()));
        for (int round = 0; round < 40; round++)
        {
            await AppendAsync(Unread, keys);
            await AppendAsync(Single, keys);
            if (random.Next(2) == 0) await Cluster.DeactivateAsync(GrainId.Create("explicit-subscriber", keys[random.Next(keys.Length)]));
            // The phase, not the outcome.
            await Task.Delay(random.Next(80));
        }
        await WaitUntilCommittedAsync("40 rounds");
        AssertDelivered("40 rounds");
        foreach (string key in keys)
            Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{Unread}/{key}/{i:d6}"), Deliveries.Of("explicit", key).Distinct());
    }

    /// <summary>The agent knows the stream, and of a subscription that has not answered it yet: there is no cursor, and there is a subscriber all the same.</summary>
    [Fact]
    public async Task DeliversAllFromThenOn_WhenTheAgentHasYetToHearFromTheSubscriber()
    {
        string[] keys = [.. Enumerable.Range(0, 8).Select(i => $"k{i}")];
        foreach (string key in keys)
        {
            await AppendAsync(Unread, [key]);
            await WaitUntilCommittedAsync($"{key}, before it is subscribed to");
            var busy = Cluster.Client.GetGrain<IExplicitSubscriber>(key).SubscribeAndStayBusy(TimeSpan.FromMilliseconds(500));
            await Wait.UntilAsync(() => Deliveries.Of("subscribed", key).Count == 1, $"{key} is subscribed to");
            await AppendAsync(Unread, [key]);
            await busy;
        }
        await WaitUntilCommittedAsync("all are subscribed to");
        foreach (string key in keys) Assert.Equal([$"{Unread}/{key}/000001"], Deliveries.Of("explicit", key).Distinct());
    }

    [Fact]
    public async Task Commits_WhenTheLastSubscriberHasGone()
    {
        var subscriber = Cluster.Client.GetGrain<IExplicitSubscriber>("k1");
        await subscriber.Subscribe();
        await AppendAsync(Unread, ["k1", "k1"]);
        await WaitUntilCommittedAsync("subscribed");
        await subscriber.Unsubscribe();
        await AppendAsync(Unread, ["k1", "k1", "k2"]);
        await WaitUntilCommittedAsync("unsubscribed");
        Assert.Equal(2, Deliveries.Of("explicit", "k1").Count);
    }
}
