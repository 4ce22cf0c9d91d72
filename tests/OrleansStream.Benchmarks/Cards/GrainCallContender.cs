using Microsoft.Extensions.Hosting;
using OrleansStream.Benchmarks.Engine;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>A grain per card and a call per payment, as soon as the card's previous call has ended; nothing is durable.</summary>
internal sealed class GrainCallContender(CardWorkload work) : CardContender(work)
{
    private const int Callers = 64;
    private readonly Dictionary<string, Task> _last = [];
    private IHost? _host;
    private IGrainFactory _grains = null!;

    public override string Contract => "nothing";

    public override async Task StartAsync()
    {
        _host = await SiloHost.StartAsync(_ => { }, _ => { });
        _grains = (IGrainFactory)_host.Services.GetService(typeof(IGrainFactory))!;
    }

    /// <summary>Callers share the cards, so that each card's payments keep their order.</summary>
    protected override Task ProduceAsync(int from, int count) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
    {
        for (int i = from; i < from + count; i++)
            if ((uint)Work.Card(i).GetHashCode(StringComparison.Ordinal) % Callers == caller) Verdicts.Add(await _grains.GetGrain<ICheckedCard>(Work.Card(i)).Decide(Work.Payment(i)));
    })));

    public override void Post(int number)
    {
        string card = Work.Card(number);
        _last[card] = AfterAsync(_last.GetValueOrDefault(card, Task.CompletedTask), card, Work.Payment(number));
        Guard(_last[card]);
    }

    private async Task AfterAsync(Task previous, string card, CardPayment payment)
    {
        await previous;
        Verdicts.Add(await _grains.GetGrain<ICheckedCard>(card).Decide(payment));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_host is not null) await SiloHost.StopAsync(_host);
        await base.DisposeAsync();
    }
}

[Alias("OrleansStream.Bench.ICheckedCard")]
internal interface ICheckedCard : IGrainWithStringKey
{
    [Alias("Decide")]
    ValueTask<CardVerdict> Decide(CardPayment payment);
}

internal sealed class CheckedCardGrain : Grain, ICheckedCard
{
    private CardHistory _history = CardHistory.Empty;

    public ValueTask<CardVerdict> Decide(CardPayment payment)
    {
        (_history, var verdict) = CardCheck.Decide(_history, payment);
        return new(verdict);
    }
}
