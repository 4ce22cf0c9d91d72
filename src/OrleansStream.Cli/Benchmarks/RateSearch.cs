using System.Globalization;
using System.Text.Json;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>The highest rate that a server holds within a latency.</summary>
internal sealed class RateSearch(HttpClient http, int seconds, int runs, int keys, double boundMs, bool introduce, TextWriter notes, TimeProvider clock)
{
    private const double Start = 250;
    private const double Most = 200_000;
    private const int Halvings = 4;
    private const double StepDown = 0.9;
    private const int Warmup = 200;
    private bool _isWarm;

    /// <summary>Doubles while the rate holds, halves the interval, then takes the median of several runs, lower until it holds.</summary>
    public async Task<DecisionsSummary> FindAsync(CancellationToken stop)
    {
        var (low, high) = (0.0, Start);
        while (high < Most && Holds(await RunAsync(high, stop)))
        {
            (low, high) = (high, high * 2);
        }

        for (var i = 0; i < Halvings; i++)
        {
            var middle = Math.Round((low + high) / 2);
            if (Holds(await RunAsync(middle, stop)))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        for (var rate = low; rate >= 1; rate = Math.Floor(rate * StepDown))
        {
            var summary = await MeasureAsync(rate, stop);
            if (summary.Holds)
            {
                return summary;
            }
        }

        return await MeasureAsync(1, stop);
    }

    /// <summary>The runs at one rate.</summary>
    public async Task<DecisionsSummary> MeasureAsync(double rate, CancellationToken stop)
    {
        var measured = new List<LatencySummary>();
        for (var i = 0; i < runs; i++)
        {
            measured.Add(await RunAsync(rate, stop));
        }

        var median = measured.OrderBy(run => run.IsClean ? run.FromDueMs!.P99 : double.PositiveInfinity).ElementAt((runs - 1) / 2);
        return new DecisionsSummary(rate, seconds, runs, boundMs, Holds(median))
        {
            P50Ms = median.FromDueMs?.P50, P99Ms = median.FromDueMs?.P99, P99MsOfRuns = [.. measured.Select(run => run.FromDueMs?.P99 ?? 0)],
            TimedOut = measured.Sum(run => run.TimedOut), Errors = measured.Sum(run => run.Errors),
        };
    }

    private bool Holds(LatencySummary run) => run.IsClean && run.FromDueMs is { } latency && latency.P99 <= boundMs;

    private async Task<LatencySummary> RunAsync(double rate, CancellationToken stop)
    {
        var settings = new LatencySettings(rate, seconds, keys, _isWarm ? 0 : Warmup) { FollowsStream = false, IntroducesCards = introduce };
        var run = await new LatencyBench(http, settings, TextWriter.Null, clock).RunAsync(stop);
        _isWarm = true;
        await notes.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{rate:N0}/s: p99 {run.FromDueMs?.P99:0.0} ms, {run.TimedOut} timed out, {run.Errors} errors{(Holds(run) ? "" : ", does not hold")}"));
        return run;
    }
}

/// <summary>What a search came to.</summary>
/// <param name="Rate">Decisions per second.</param>
/// <param name="Seconds">Length of a run.</param>
/// <param name="Runs">How many.</param>
/// <param name="BoundMs">Of the 99th percentile.</param>
/// <param name="Holds">Whether the median run stayed within it.</param>
internal sealed record DecisionsSummary(double Rate, int Seconds, int Runs, double BoundMs, bool Holds)
{
    public double? P50Ms { get; init; }
    public double? P99Ms { get; init; }
    public IReadOnlyList<double> P99MsOfRuns { get; init; } = [];
    public int TimedOut { get; init; }
    public int Errors { get; init; }

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate:N0} decisions/s {(Holds ? "hold" : "do not hold")} p99 ≤ {BoundMs:0} ms: median of {Runs} runs of {Seconds} s p50 {P50Ms:0.0} ms, p99 {P99Ms:0.0} ms; {TimedOut} timed out, {Errors} errors");

    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.DecisionsSummary);
}
