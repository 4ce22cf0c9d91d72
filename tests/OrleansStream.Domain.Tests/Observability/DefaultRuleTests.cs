using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Observability;

/// <summary>What the rules that are built in say of services that nobody configured anything for.</summary>
public sealed class DefaultRuleTests
{
    [Theory]
    [InlineData(5, 0, 60, 50)] // quiet until then
    [InlineData(100, 1, 60, 200)] // one in a hundred fails as a rule
    [InlineData(1, 0, 300, 20)]
    public void ASpikeFires_WithTheEventThatShowsIt(int perSecond, int errorsEvery100, int seconds, int spike)
    {
        var state = Enumerable.Range(0, seconds).Select(i => Requests(i, perSecond, errorsEvery100 > 0 && i % (100 / Math.Min(100, perSecond)) == 0 ? errorsEvery100 : 0)).Apply(AlertEvaluator.Default).State;
        var outcome = ServiceRules.Apply(state, Requests(seconds, perSecond + spike, spike), AlertEvaluator.Default);
        var change = Assert.Single(outcome.Changes);
        Assert.Equal(("service-error-rate", AlertStatus.Firing, "critical"), (change.RuleId, change.Status, change.Labels["severity"]));
        Assert.Contains(" % of the requests fail", change.Annotations["summary"], StringComparison.Ordinal);
    }

    [Fact]
    public void ASpikeOfErrorLogsFires_WithTheEventThatShowsIt()
    {
        var state = Enumerable.Range(0, 60).Select(i => Logs(i, 4)).Apply(AlertEvaluator.Default).State;
        Assert.Equal("service-log-errors", Assert.Single(ServiceRules.Apply(state, Logs(60, 4, 20), AlertEvaluator.Default).Changes).RuleId);
    }

    [Fact]
    public void ASpikeIsOneAlert_ThatEndsAMinuteAfterIt()
    {
        var run = Enumerable.Range(0, 300).Select(i => Requests(i, 20, i is >= 100 and < 130 ? 20 : 0)).Apply(AlertEvaluator.Default);
        Assert.Equal(["service-error-rate:Firing", "service-error-rate:Resolved"], run.Statuses);
        Assert.InRange(run.Changes[^1].EndsAt!.Value.ToUnixTimeSeconds() - Start, 195, 205);
    }

    [Fact]
    public void AFewFailuresOfAQuietServiceAreNone()
    {
        // As an access log: two lines a minute for four days, three 5xx, two of them within a second.
        var exports = Enumerable.Range(0, 10_000).Select(i => i * 34L).Select((s, i) => Requests(s, i == 5000 ? 2 : 1, i switch { 5000 => 2, 9000 => 1, _ => 0 }, source: RequestSource.AccessLog));
        Assert.Empty(exports.Apply(AlertEvaluator.Default).Changes);
    }

    [Fact]
    public void AFewFailuresAreNone_WhenAllLinesComeWithinSeconds()
    {
        var exports = Enumerable.Range(0, 10).Select(i => Requests(i, 1000, i switch { 2 => 2, 7 => 1, _ => 0 }));
        Assert.Empty(exports.Apply(AlertEvaluator.Default).Changes);
    }

    [Fact]
    public void SteadyServicesAreNeverAlerted_WhateverTheirUsualShareOfErrors()
    {
        var random = new Random(11);
        for (int service = 0; service < 200; service++)
        {
            int perSecond = 1 + random.Next(20);
            double share = service % 4 == 0 ? 0.03 : 0.01;
            var exports = Enumerable.Range(0, 300).Select(i =>
            {
                int errors = Enumerable.Range(0, perSecond).Count(_ => random.NextDouble() < share);
                return Requests(i, perSecond, errors) with { Logs = [new LogSecond { At = Start + i, Counts = [0, 0, perSecond * 4, 1, errors] }] };
            });
            Assert.Empty(exports.Apply(AlertEvaluator.Default).Changes);
        }
    }

    [Fact]
    public void AServiceThatLogsLittleButErrors_IsNotAlertedForTwoOfThem() =>
        Assert.Empty(Enumerable.Range(0, 100).Select(i => Logs(i * 10, 0, 2)).Apply(AlertEvaluator.Default).Changes);

    [Theory]
    [InlineData(10, 6, 0, 0, true)]
    [InlineData(10, 4, 0, 0, false)]
    [InlineData(100, 30, 10_000, 2_000, false)] // 20 % as a rule
    [InlineData(100, 60, 10_000, 2_000, true)]
    [InlineData(1000, 5, 100_000, 0, false)]
    public void WhatIsUnusual(long total, long bad, long usual, long usualBad, bool isUnusual) =>
        Assert.Equal(isUnusual, RuleConditions.IsUnusual(new RateCount(total, bad), new RateCount(usual, usualBad), 1e-9));
}
