using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Services;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class AlertSignalTests
{
    /// <summary>Every name that rules may use, NAME filled in.</summary>
    public static readonly TheoryData<string> Names = [.. AlertSignal.Known.Replace("NAME", "queue.depth", StringComparison.Ordinal).Split(", ")];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsCalledAsItWasRead(string name)
    {
        Assert.True(AlertSignal.TryParse(name, out var signal));
        Assert.Equal(name, signal.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("request")]
    [InlineData("latency.p75")]
    [InlineData("gauge:")]
    [InlineData("counter:")]
    [InlineData("Gauge:x")]
    public void IsNone_WhenNobodyKnowsTheName(string? name) => Assert.False(AlertSignal.TryParse(name, out _));

    [Theory]
    [InlineData(AlertSignal.MaxNameLength, true)]
    [InlineData(AlertSignal.MaxNameLength + 1, false)]
    public void BoundsTheNameOfAGauge(int length, bool isKnown) => Assert.Equal(isKnown, AlertSignal.TryParse("gauge:" + new string('x', length), out _));

    /// <summary>One request of four and two log records of five failed, in one second; a gauge, the CPU, memory and a counter were heard in the same minute.</summary>
    [Theory]
    [InlineData("requests", 10, 0.4)]
    [InlineData("requests.errors", 10, 0.1)]
    [InlineData("requests.errorRatio", 10, 0.25)]
    [InlineData("logs", 10, 0.5)]
    [InlineData("logs.errors", 10, 0.2)]
    [InlineData("logs.errorRatio", 10, 0.4)]
    [InlineData("latency.p50", 60, 100)]
    [InlineData("cpu", 60, 0.75)]
    [InlineData("memory", 60, 2048)]
    [InlineData("gauge:queue.depth", 60, 7)]
    [InlineData("counter:jobs", 60, 0.5)]
    public void IsItsValueInTheWindow(string name, long seconds, double value)
    {
        double seen = SignalWindow.Value(Heard, Signal(name), SignalSamples.Start + 59, seconds)!.Value;
        // A sketch of latencies is right to two percent.
        Assert.InRange(seen, value * 0.98, value * 1.02);
    }

    [Theory]
    [InlineData("requests.errorRatio")]
    [InlineData("logs.errorRatio")]
    [InlineData("latency.p99")]
    [InlineData("cpu")]
    [InlineData("memory")]
    [InlineData("gauge:queue.depth")]
    [InlineData("counter:jobs")]
    public void HasNoValue_WhenNothingWasSaid(string name)
    {
        Assert.Null(SignalWindow.Value(ServiceState.Empty, Signal(name), SignalSamples.Start, 60));
        // Ten minutes later it is silent again.
        Assert.Null(SignalWindow.Value(Heard, Signal(name), SignalSamples.Start + 659, 60));
    }

    [Theory]
    [InlineData("requests", 55)]
    [InlineData("latency.p50", 55)]
    [InlineData("logs.errors", 56)]
    [InlineData("gauge:queue.depth", 57)]
    [InlineData("cpu", 57)]
    [InlineData("memory", 57)]
    [InlineData("counter:jobs", 59)]
    [InlineData("gauge:jobs", null)]
    [InlineData(null, 59)]
    public void WasHeardLast_WhenItsOwnSeriesCameIn(string? name, int? second)
    {
        long expected = second is { } at ? SignalSamples.Ms(at) + 950 : 0;
        Assert.Equal(expected, SignalWindow.HeardAt(Heard, name is null ? null : Signal(name)));
    }

    private static AlertSignal Signal(string name) => AlertSignal.TryParse(name, out var signal) ? signal : throw new ArgumentException($"There is no signal {name}.");

    private static ServiceState Heard => new[]
    {
        SignalSamples.Export(0) with { Counters = [new() { Name = "jobs", Series = 9, Start = SignalSamples.Ms(-60), Time = SignalSamples.Ms(0), Value = 10 }] },
        SignalSamples.Requests(55, 4, 1, latencyMs: 100),
        SignalSamples.Logs(56, 3, 2),
        SignalSamples.Gauge(57, "queue.depth", 7),
        SignalSamples.Gauge(57, Domain.Observability.Signals.WellKnownMetrics.Cpu, 0.75),
        SignalSamples.Gauge(57, Domain.Observability.Signals.WellKnownMetrics.Memory, 2048),
        SignalSamples.Export(59) with { Counters = [new() { Name = "jobs", Series = 9, Start = SignalSamples.Ms(-60), Time = SignalSamples.Ms(59), Value = 40 }] },
    }.Apply().State;
}
