using System.Collections.Concurrent;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.KeyEvent")]
internal sealed record KeyEvent([property: Id(0)] string Id) : IIdentifiedEvent
{
    public string EventId => Id;
}

/// <summary>What subscribers got, and what a test does to them.</summary>
internal sealed class Deliveries
{
    /// <summary>Runs before an event counts as delivered: may wait, may throw. Subscriber, key, event's id.</summary>
    public Func<string, string, string, Task> OnEvent { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Ids in order of delivery, repeats included, by subscriber and key.</summary>
    public ConcurrentDictionary<(string Subscriber, string Key), ConcurrentQueue<string>> Delivered { get; } = new();

    /// <summary>Subscriber and id of every event delivered.</summary>
    public ConcurrentDictionary<(string Subscriber, string Id), bool> Seen { get; } = new();

    /// <summary>The request context's "user" that came with an event.</summary>
    public ConcurrentDictionary<string, object?> Users { get; } = new();

    public async Task DeliverAsync(string subscriber, string key, string id)
    {
        Users[id] = RequestContext.Get("user");
        await OnEvent(subscriber, key, id);
        Delivered.GetOrAdd((subscriber, key), _ => new()).Enqueue(id);
        Seen[(subscriber, id)] = true;
    }

    public List<string> Of(string subscriber, string key) => Delivered.TryGetValue((subscriber, key), out var ids) ? [.. ids] : [];

    public int Count(string subscriber) => Delivered.Where(d => d.Key.Subscriber == subscriber).Sum(d => d.Value.Count);
}

internal interface IFirstSubscriber : IGrainWithStringKey;

internal interface ISecondSubscriber : IGrainWithStringKey;

internal abstract class SubscriberGrain(string name, Deliveries deliveries) : Grain, IStreamSubscriptionObserver, IAsyncObserver<KeyEvent>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<KeyEvent>().ResumeAsync(this);

    public Task OnNextAsync(KeyEvent item, StreamSequenceToken? token = null) => deliveries.DeliverAsync(name, this.GetPrimaryKeyString(), item.Id);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[GrainType("first-subscriber")]
[ImplicitStreamSubscription(KeyStreamHarness.Single)]
[ImplicitStreamSubscription(KeyStreamHarness.Pair)]
internal sealed class FirstSubscriber(Deliveries deliveries) : SubscriberGrain("first", deliveries), IFirstSubscriber;

[GrainType("second-subscriber")]
[ImplicitStreamSubscription(KeyStreamHarness.Pair)]
internal sealed class SecondSubscriber(Deliveries deliveries) : SubscriberGrain("second", deliveries), ISecondSubscriber;
