using System.Text.Json;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Services;

/// <summary>Signals of services in, changes of their alerts out; closed minutes go to a topic of their own and to the service's history. The rules are <see cref="ServiceRules"/>.</summary>
public sealed class ServiceProcessor() : StreamProcessor<ServiceSignals, ServiceState, AlertChange, ServiceFacts>(new ProcessorNames
{
    Topic = ServiceTopics.Signals,
    Key = ServiceTopics.Service,
    Keys = "services",
    KeyField = "service",
    OutputId = "fingerprint",
    Output = "alert",
    OutputTopic = ServiceTopics.Alerts,
})
{
    public override ServiceState InitialState => ServiceState.Empty;

    /// <summary>Signals come in through OTLP, counted beforehand.</summary>
    public override bool TakesRequests => false;

    /// <summary>What a service is shown as comes from state, history and read models.</summary>
    public override bool ShowsState => false;

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters { get; } =
        new Dictionary<string, IReadOnlyList<string>> { [ServiceTopics.StatusHeader] = ["pending", "firing", "resolved"] };

    /// <summary>Minutes that are shown for 24 hours back.</summary>
    public override TimeSpan? HistoryRetention => TimeSpan.FromHours(24);

    public override ProcessorDocumentation Documentation => ServiceDocumentation.Value;

    public override EventReading<ServiceSignals> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        try
        {
            if (ServiceSignalsJson.Read(json) is { } signals)
            {
                string service = defaults.Key ?? signals.Service;
                return new(service == signals.Service ? signals : signals with { Service = service }, service, defaults.Id, TimeOf(signals, defaults.Time), []);
            }
        }
        catch (JsonException)
        {
            // Told below.
        }
        return new(null, defaults.Key ?? "", defaults.Id, defaults.Time, [new EventError("invalid-signals", "The record holds no signals of a service.")]);
    }

    public override Applied<ServiceState, AlertChange> Apply(ServiceState state, ServiceSignals @event, ServiceFacts facts) =>
        ToApplied(@event.Service, ServiceRules.Apply(state, @event, facts.Rules ?? AlertEvaluator.Default));

    public override Applied<ServiceState, AlertChange> Apply(ServiceState state, TimerDue timer, ServiceFacts facts) =>
        ToApplied(facts.Service, ServiceRules.Check(state, facts.Service, timer.DueAt, facts.Rules ?? AlertEvaluator.Default));

    public override string IdOf(AlertChange output) => output.Fingerprint;

    public override OutputContent ToContent(AlertChange output, in OutputOrigin<ServiceFacts> origin) => new(AlertChangeJson.Write(output), output.UpdatedAt)
    {
        Headers = [new(ServiceTopics.StatusHeader, output.Status switch { AlertStatus.Pending => "pending", AlertStatus.Firing => "firing", _ => "resolved" })],
    };

    public override byte[] ToJson(ServiceState state, in StateOrigin origin) => ServiceViewJson.Write(ServiceView.Of(origin.Key, state, origin.Applied.ToString()));

    private static Applied<ServiceState, AlertChange> ToApplied(string service, ServiceOutcome outcome) => new(outcome.State, outcome.Changes)
    {
        Emissions = [.. outcome.Minutes.Select(minute => new Emission(ServiceTopics.Minutes, service, ClosedMinuteJson.Write(minute)))],
        Timers = outcome.CheckAt is { } due ? [new TimerChange(ServiceRules.CheckTimer, due)] : [],
    };

    private static DateTimeOffset TimeOf(ServiceSignals signals, DateTimeOffset otherwise) =>
        signals.Time > 0 && signals.Time < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(signals.Time) : otherwise;
}
