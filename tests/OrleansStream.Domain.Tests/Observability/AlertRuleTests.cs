using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class AlertRuleTests
{
    [Fact]
    public void ThresholdFiresAndResolves()
    {
        var rules = Rules(new AlertRule { Id = "busy", Type = "threshold", Signal = "requests", Op = ">", Threshold = 50, Window = "10s" });
        var run = Enumerable.Range(0, 60).Select(i => Requests(i, i is >= 20 and < 40 ? 100 : 10)).Apply(rules);
        Assert.Equal(["busy:Firing", "busy:Resolved"], run.Statuses);
        // More than 500 in ten seconds: from the fifth busy second on.
        Assert.Equal((24L, 45L), (SecondOf(run.Changes[0].StartsAt), SecondOf(run.Changes[1].EndsAt!.Value)));
        Assert.True(run.Changes[0].Value > 50 && run.Changes[1].Value <= 50);
        Assert.Equal(run.Changes[0].Fingerprint, run.Changes[1].Fingerprint);
        Assert.Empty(run.State.Alerts);
    }

    [Theory]
    [InlineData("cpu", ">", 0.9, 0.95, true)]
    [InlineData("cpu", ">", 0.9, 0.8, false)]
    [InlineData("cpu", "<=", 0.9, 0.8, true)]
    [InlineData("memory", ">=", 1000, 1000, true)]
    [InlineData("gauge:queue", "<", 5, 4, true)]
    public void ThresholdsOfGauges(string signal, string op, double threshold, double value, bool fires)
    {
        var rules = Rules(new AlertRule { Id = "gauge", Type = "threshold", Signal = signal, Op = op, Threshold = threshold });
        var run = new[] { Gauge(1, signal.Replace("gauge:", "", StringComparison.Ordinal), value), Gauge(2, "other", 1e9) }.Apply(rules);
        Assert.Equal(fires ? ["gauge:Firing"] : [], run.Statuses);
    }

    [Fact]
    public void ThresholdOfALatencyQuantile()
    {
        var rules = Rules(new AlertRule { Id = "slow", Type = "threshold", Signal = "latency.p99", Op = ">", Threshold = 200 });
        Assert.Empty(Enumerable.Range(0, 100).Select(i => Requests(i, 10, latencyMs: 100)).Apply(rules).Changes);
        var run = Enumerable.Range(0, 100).Select(i => Requests(i, 10, latencyMs: i % 10 == 9 ? 500 : 100)).Apply(rules);
        Assert.Equal(500, run.Changes[0].Value, 500 * 0.02);
    }

    [Fact]
    public void CountersAreRates()
    {
        var rules = Rules(new AlertRule { Id = "jobs", Type = "threshold", Signal = "counter:jobs", Op = ">", Threshold = 5, Window = "1m" });
        ServiceSignals Counter(long second, double value) => Export(second) with { Counters = [new CounterPoint { Name = "jobs", Series = 3, Start = Ms(-9), Time = Ms(second), Value = value }] };
        Assert.Empty(Enumerable.Range(1, 30).Select(i => Counter(10 * i, 40 * i)).Apply(rules).Changes);
        Assert.Equal(["jobs:Firing"], Enumerable.Range(1, 12).Select(i => Counter(10 * i, 80 * i)).Apply(rules).Statuses.Distinct());
    }

    [Fact]
    public void ForWaits_AndKeepFiringForHoldsOn()
    {
        var rules = Rules(new AlertRule { Id = "r", Type = "ratio", Signal = "requests.errorRatio", Threshold = 0.5, MinTotal = 5, Window = "1s", For = "5s", KeepFiringFor = "10s" });
        var run = Enumerable.Range(0, 60).Select(i => Requests(i, 10, i is 3 or (>= 20 and < 30) ? 10 : 0)).Apply(rules);
        Assert.Equal(["r:Pending", "r:Resolved", "r:Pending", "r:Firing", "r:Resolved"], run.Statuses);
        Assert.Equal([3, 4, 20, 25, 39], run.Changes.Select(c => SecondOf(c.UpdatedAt)));
        Assert.Equal(25, SecondOf(run.Changes[4].StartsAt));
    }

    [Fact]
    public void ForAndKeepFiringForPass_ThoughNothingComesAnyMore()
    {
        var rules = Rules(new AlertRule { Id = "r", Type = "threshold", Signal = "cpu", Op = ">", Threshold = 0.9, Window = "2m", For = "1m", KeepFiringFor = "2m" });
        var run = new[] { Gauge(0, "cpu", 1) }.Apply(rules);
        Assert.Equal(["r:Pending"], run.Statuses);
        run = run.PassTime(rules, 1000);
        Assert.Equal(["r:Pending", "r:Firing", "r:Resolved"], run.Statuses);
        Assert.Equal(60, SecondOf(run.Changes[1].UpdatedAt), 1.0);
        Assert.Empty(run.State.Alerts);
        Assert.Equal(0, run.State.CheckAt);
    }

    [Fact]
    public void RatioAsksForTraffic()
    {
        var rules = Rules(new AlertRule { Id = "r", Type = "ratio", Signal = "logs.errorRatio", Threshold = 0.5, MinTotal = 30, MinBad = 10, Window = "10s" });
        Assert.Empty(Enumerable.Range(0, 30).Select(i => Logs(i, 0, 2)).Apply(rules).Changes);
        Assert.Equal(["r:Firing"], Enumerable.Range(0, 30).Select(i => Logs(i, 0, 3)).Apply(rules).Statuses);
    }

    [Fact]
    public void BurnRateFiresFast_WhenBothWindowsBurn()
    {
        var rules = Rules(new AlertRule { Id = "slo", Type = "burn-rate", Signal = "requests.errorRatio", Objective = 0.99 });
        // An hour at half of the budget, then a fifth of all requests fails: 20 times as fast as allowed.
        var run = Enumerable.Range(0, 3600).Where(i => i % 5 == 0).Select(i => Requests(i, 200, 1)).Apply(rules);
        Assert.Empty(run.Changes);
        run = Enumerable.Range(3600, 3600).Where(i => i % 5 == 0).Select(i => Requests(i, 200, 40)).Apply(rules, run.State);
        // The slow pairs warn within minutes; six times the budget over all there is (an hour and x minutes: 0.3 + 0.2x = 0.06 (60 + x)) is used up after 24, and is another alert.
        Assert.Equal(["slo:Firing", "slo:Resolved", "slo:Firing"], run.Changes.Where(c => c.StartsAt == c.UpdatedAt || c.EndsAt is not null).Select(c => $"{c.RuleId}:{c.Status}"));
        var (warning, critical) = (run.Changes[0], run.Changes.First(c => c.Labels["severity"] == "critical"));
        Assert.Equal("warning", warning.Labels["severity"]);
        Assert.NotEqual(warning.Fingerprint, critical.Fingerprint);
        Assert.InRange(SecondOf(warning.StartsAt) - 3600, 60, 200);
        Assert.InRange(SecondOf(critical.StartsAt) - 3600, 1300, 1550);
    }

    [Theory]
    [InlineData(14.4, 300)] // within five minutes of an hour that was empty before
    public void BurnRateResolves_WhenTheShortWindowIsClean(double factor, long shortSeconds)
    {
        var rules = Rules(new AlertRule { Id = "slo", Type = "burn-rate", Signal = "requests.errorRatio", Objective = 0.99, Windows = [new("1h", "5m", factor)] });
        var run = Enumerable.Range(0, 600).Select(i => Requests(i, 20, 20)).Concat(Enumerable.Range(600, 600).Select(i => Requests(i, 20))).Apply(rules);
        Assert.Equal(["slo:Firing", "slo:Resolved"], run.Statuses);
        Assert.InRange(SecondOf(run.Changes[1].EndsAt!.Value) - 600, shortSeconds / 2, shortSeconds + 60);
    }

    [Fact]
    public void BurnRateIsSilent_WhenOnlyTheLongWindowBurns()
    {
        var rules = Rules(new AlertRule { Id = "slo", Type = "burn-rate", Signal = "requests.errorRatio", Objective = 0.99, Windows = [new("1h", "5m", 14.4)] });
        var bad = Enumerable.Range(0, 600).Select(i => Requests(i, 20, 20)).Apply().State;
        Assert.Empty(Enumerable.Range(1200, 300).Select(i => Requests(i, 20)).Apply(rules, bad).Changes);
    }

    [Fact]
    public void AbsenceFiresWhenAServiceFallsSilent_AndResolvesWhenItIsBack()
    {
        var rules = Rules(new AlertRule { Id = "gone", Type = "absence", After = "2m" });
        var run = Enumerable.Range(0, 30).Select(i => Requests(i, 1)).Apply(rules);
        Assert.Empty(run.Changes);
        run = run.PassTime(rules, 600);
        Assert.Equal(["gone:Firing"], run.Statuses);
        Assert.Equal(29 + 120, SecondOf(run.Changes[0].StartsAt), 2.0);
        run = new[] { Requests(620, 1) }.Apply(rules, run.State);
        Assert.Equal(["gone:Resolved"], run.Statuses);
    }

    [Fact]
    public void AbsenceSetsOneTimerAnInterval_HoweverMuchComes()
    {
        var rules = Rules(new AlertRule { Id = "gone", Type = "absence", After = "2m" });
        var (state, timers) = (ServiceState.Empty, 0);
        for (int i = 0; i < 600; i++)
        {
            if (state.CheckAt > 0 && state.CheckAt <= Ms(i))
            {
                var check = ServiceRules.Check(state, Service, DateTimeOffset.FromUnixTimeMilliseconds(state.CheckAt), rules);
                Assert.Empty(check.Changes);
                (state, timers) = (check.State, timers + (check.CheckAt is null ? 0 : 1));
            }
            var outcome = ServiceRules.Apply(state, Requests(i, 1), rules);
            (state, timers) = (outcome.State, timers + (outcome.CheckAt is null ? 0 : 1));
        }
        Assert.InRange(timers, 5, 7);
    }

    [Fact]
    public void AbsenceOfOneSignal_WhileOthersCome()
    {
        var rules = Rules(new AlertRule { Id = "no-logs", Type = "absence", Signal = "logs", After = "30s" });
        var run = Enumerable.Range(0, 100).SelectMany(i => i < 20 ? new[] { Logs(i, 1), Requests(i, 1) } : [Requests(i, 1)]).Apply(rules);
        Assert.Equal(["no-logs:Firing"], run.Statuses);
        Assert.InRange(SecondOf(run.Changes[0].StartsAt), 48, 51);
    }

    [Fact]
    public void AnomalyFires_WhenTrafficBreaksOff()
    {
        var rules = Rules(new AlertRule { Id = "odd", Type = "anomaly", Signal = "requests", Window = "10s", Direction = "down" });
        var random = new Random(3);
        var run = Enumerable.Range(0, 4000).Select(i => Requests(i, 50 + random.Next(-5, 6))).Apply(rules);
        Assert.InRange(run.Changes.Count(c => c.Status == AlertStatus.Firing), 0, 2);
        run = Enumerable.Range(4000, 60).Select(i => Requests(i, 5)).Apply(rules, run.State);
        var fired = run.Changes.First(c => c.Status == AlertStatus.Firing);
        Assert.InRange(SecondOf(fired.StartsAt), 4010, 4045);
        Assert.True(fired.Value < fired.Threshold, $"{fired.Value} against {fired.Threshold}");
    }

    [Fact]
    public void AlertsOfARuleThatIsGoneAreResolved_AtTheNextEvent()
    {
        var rules = Rules(new AlertRule { Id = "a", Type = "threshold", Signal = "requests", Op = ">", Threshold = 0, Labels = AlertFingerprint.NoLabels.Add("team", "x") });
        var run = new[] { Requests(1, 1) }.Apply(rules);
        Assert.Equal(["a:Firing"], run.Statuses);
        run = new[] { Requests(2, 1) }.Apply(NoRules, run.State);
        Assert.Equal(["a:Resolved"], run.Statuses);
        Assert.Equal("x", run.Changes[0].Labels["team"]);
    }

    [Fact]
    public void WatchesTheServicesItNames_AndNoOthers()
    {
        AlertRule rule = new() { Id = "a", Type = "threshold", Signal = "requests", Op = ">", Threshold = 0 };
        Assert.Single(new[] { Requests(1, 1) }.Apply(Rules(rule with { Services = ["pay", "check*t"] })).Changes);
        Assert.Empty(new[] { Requests(1, 1) }.Apply(Rules(rule with { Services = ["pay", "check*x"] })).Changes);
        Assert.Empty(new[] { Requests(1, 1) }.Apply(Rules(rule with { ExceptServices = ["*out"] })).Changes);
    }

    [Fact]
    public void IsToldAgain_WhenItBecameMuchWorse()
    {
        var rules = Rules(new AlertRule { Id = "busy", Type = "threshold", Signal = "requests", Op = ">", Threshold = 5, Window = "10s" });
        var run = Enumerable.Range(0, 200).Select(i => Requests(i, i < 100 ? 10 : 100)).Apply(rules);
        // When it began (6 a second), a minute later (10), and when it was ten times as much.
        Assert.Equal(["busy:Firing", "busy:Firing", "busy:Firing"], run.Statuses);
        Assert.Equal([6, 10, 100], run.Changes.Select(c => c.Value));
        Assert.Equal(run.Changes[0].StartsAt, run.Changes[1].StartsAt);
    }

    [Fact]
    public void AnnotationsAreFilledIn()
    {
        var rules = Rules(new AlertRule
        {
            Id = "r", Type = "ratio", Signal = "requests.errorRatio", Threshold = 0.1, MinTotal = 1, Labels = AlertFingerprint.NoLabels.Add("team", "pay"),
            Annotations = AlertFingerprint.NoLabels.Add("summary", "{{ $labels.service }} of {{$labels.team}}: {{ $value | percent }} > {{ $threshold }}{{ nonsense }}{{ $value"),
        });
        var change = new[] { Requests(1, 4, 1) }.Apply(rules).Changes.Single();
        Assert.Equal("checkout of pay: 25 % > 0.1{{ nonsense }}{{ $value", change.Annotations["summary"]);
        Assert.Equal(("r", "warning", "pay"), (change.Labels["alertname"], change.Labels["severity"], change.Labels["team"]));
    }

    private static long SecondOf(DateTimeOffset time) => time.ToUnixTimeSeconds() - Start;
}
