using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Grains.Services.Rules;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Services;

/// <summary>One service: its counts of late, and its alerts. The rules lie in this process: they are a read model.</summary>
[GrainType(ServiceTopics.Service)]
internal sealed class ServiceGrain(IGrainContext context, AlertRuleBook book) : KeyedStreamGrain<ServiceSignals, ServiceState, AlertChange, ServiceFacts>(context)
{
    private readonly string _service = context.GrainId.Key.ToString()!;
    private ServiceFacts? _facts;

    protected override bool TryResolveFacts(ServiceSignals @event, out ServiceFacts facts)
    {
        facts = Facts();
        return book.IsReady;
    }

    protected override bool TryResolveFacts(TimerDue timer, out ServiceFacts facts)
    {
        facts = Facts();
        return book.IsReady;
    }

    /// <summary>No alerts by rules but those that are in force: until they are read, the batch waits.</summary>
    protected override async ValueTask<IReadOnlyList<ServiceFacts>> ResolveFactsAsync(IReadOnlyList<ServiceSignals> events)
    {
        await book.WhenReadyAsync();
        var facts = Facts();
        return [.. Enumerable.Repeat(facts, events.Count)];
    }

    protected override async ValueTask<ServiceFacts> ResolveFactsAsync(TimerDue timer)
    {
        await book.WhenReadyAsync();
        return Facts();
    }

    private ServiceFacts Facts()
    {
        var rules = book.Current;
        return _facts?.Rules == rules ? _facts : _facts = new ServiceFacts { RulesVersion = rules.Set.Version, Rules = rules, Service = _service };
    }
}
