using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class ClockSkewTests
{
    [Fact]
    public void AHostAheadClosesNoMinutesOfOthers_AndIsSetBack()
    {
        var exports = Enumerable.Range(0, 60).SelectMany(i => new[] { Requests(i, 10, instance: "right"), Skewed(i, 10, 0, 3_600, "ahead") });
        var run = exports.Apply(AlertEvaluator.Default);
        Assert.InRange(run.State.Watermark, Ms(59), Ms(63));
        Assert.Equal((0L, 60L), (run.State.Totals.Late, run.State.Totals.Skewed));
        Assert.Empty(run.Minutes);
        Assert.Empty(run.Changes);
        Assert.All(run.Seconds().Where(s => s.Key is > 2 and < 58), s => Assert.Equal(20, s.Value.Requests));
    }

    [Fact]
    public void ErrorsOfAHostAheadAreSeen_WhenTheyHappen()
    {
        var exports = Enumerable.Range(0, 60).SelectMany(i => new[] { Requests(i, 10, instance: "right"), Skewed(i, 10, i >= 50 ? 10 : 0, 3_600, "ahead") });
        var run = exports.Apply(AlertEvaluator.Default);
        Assert.Equal(["service-error-rate:Firing"], run.Statuses);
        Assert.InRange(run.Changes[0].StartsAt.ToUnixTimeSeconds() - Start, 49, 52);
    }

    [Fact]
    public void AHostBehindIsSetForward_WhenItsDifferenceStaysTheSame()
    {
        var exports = Enumerable.Range(0, 60).SelectMany(i => new[] { Requests(i, 10, instance: "right"), Skewed(i, 10, 0, -600, "behind") });
        var run = exports.Apply(AlertEvaluator.Default);
        // Ten seconds until it is known; then its seconds are those of the others.
        Assert.InRange(run.State.Totals.Late, 80, 120);
        Assert.All(run.Seconds().Where(s => s.Key is > 15 and < 55), s => Assert.Equal(20, s.Value.Requests));
        Assert.Empty(run.Changes);
    }

    [Fact]
    public void AFileOfThePastIsNoClock_WhenItsTimesGoOnFasterThanTheClock()
    {
        // Three hours of this morning within twenty seconds.
        var exports = Enumerable.Range(0, 20).Select(i => Skewed(i, 10, 0, -20_000 + (540 * i), "file"));
        var run = exports.Apply(AlertEvaluator.Default);
        Assert.Equal((0L, 0L), (run.State.Totals.Skewed, run.State.Totals.Late));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)(-20_000 + (541 * i))), run.Seconds().Keys);
    }

    [Fact]
    public void IsTakenAsItIs_WhenAClockAheadIsPutRight()
    {
        var exports = Enumerable.Range(0, 30).Select(i => Skewed(i, 10, 0, 3_600, "host")).Concat(Enumerable.Range(30, 30).Select(i => Requests(i, 10, instance: "host")));
        var run = exports.Apply();
        Assert.Equal(0, run.State.Totals.Late);
        Assert.Equal(600, run.Seconds().Values.Sum(c => c.Requests));
    }

    [Fact]
    public void InstancesKeptAreBounded_WhenAServiceHasMany() =>
        Assert.Equal(InstanceClocks.Max, Enumerable.Range(0, 200).Select(i => Requests(i, 1, instance: $"pod-{i}")).Apply().State.Clocks.Clocks.Length);

    private static ServiceSignals Skewed(long second, long count, long errors, long skew, string instance) =>
        Requests(second + skew, count, errors, instance: instance) with { Received = Ms(second) + 950 };
}
