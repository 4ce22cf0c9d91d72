using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Providers;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansStream.Benchmarks.Engine;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>Orleans' memory streams, a stream and a grain per card, implicitly subscribed; nothing is durable.</summary>
internal sealed class MemoryStreamContender(CardWorkload work) : CardContender(work)
{
    public const string Provider = "cards", Namespace = "bench-payments";

    /// <summary>A queue of the memory provider throws at 16,384.</summary>
    private const int MostWaiting = 16_000, Queues = 8;
    private IHost? _host;
    private IStreamProvider _streams = null!;

    public override string Contract => "nothing";

    public override async Task StartAsync()
    {
        _host = await SiloHost.StartAsync(_ => { }, silo => silo.AddMemoryStreams<DefaultMemoryMessageBodySerializer>(Provider, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(Queues);
            streams.ConfigurePullingAgent(agent => agent.Configure(o => o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10)));
        }));
        _streams = _host.Services.GetRequiredKeyedService<IStreamProvider>(Provider);
    }

    protected override async Task ProduceAsync(int from, int count)
    {
        for (int at = from; at < from + count; at += Batch)
        {
            await Verdicts.HoldBackAsync(at + Batch, MostWaiting);
            await Task.WhenAll(Enumerable.Range(at, Math.Min(Batch, from + count - at)).GroupBy(Work.Card).Select(card =>
                _streams.GetStream<CardPayment>(StreamId.Create(Namespace, card.Key)).OnNextBatchAsync(card.Select(Work.Payment))));
        }
    }

    public override void Post(int number) => Guard(_streams.GetStream<CardPayment>(StreamId.Create(Namespace, Work.Card(number))).OnNextAsync(Work.Payment(number)));

    public override async ValueTask DisposeAsync()
    {
        if (_host is not null) await SiloHost.StopAsync(_host);
        await base.DisposeAsync();
    }
}

[ImplicitStreamSubscription(MemoryStreamContender.Namespace)]
internal sealed class StreamedCardGrain : Grain, IGrainWithStringKey, IStreamSubscriptionObserver, IAsyncBatchObserver<CardPayment>
{
    private CardHistory _history = CardHistory.Empty;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<CardPayment>().ResumeAsync((IAsyncBatchObserver<CardPayment>)this);

    public Task OnNextAsync(IList<SequentialItem<CardPayment>> items)
    {
        foreach (var item in items)
        {
            (_history, var verdict) = CardCheck.Decide(_history, item.Item);
            Verdicts.Add(verdict);
        }
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
