using System.Globalization;
using System.Text.Json;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Cli.Evaluation;

/// <summary>What is asked for the next click.</summary>
internal interface ISessionForesight
{
    /// <summary>Clicks of sessions of before, in the order of their time.</summary>
    Task LearnAsync(IReadOnlyList<SessionClick> clicks, Action<int> done, CancellationToken stop);

    /// <summary>A click, and then the items that may come next in its session, best first.</summary>
    Task<IReadOnlyList<string>> ClickAsync(SessionClick click, CancellationToken stop);

    /// <summary>How long answers took.</summary>
    LatencySamples Latency { get; }
}

/// <summary>
/// One evaluation as it is usual for sessions (Ludewig and Jannach 2018): for each prefix of a test session its immediate next item is foretold.
/// </summary>
internal sealed class SessionEvaluation(ISessionForesight foresight, IReadOnlyList<SessionClick> train, IReadOnlyList<SessionClick> test)
{
    private const int Listed = 20;
    private long _done;

    /// <summary>0 to 1.</summary>
    public double Fraction => train.Count + test.Count == 0 ? 1 : Interlocked.Read(ref _done) / (double)(train.Count + test.Count);

    public async Task<SessionQuality> RunAsync(CancellationToken stop)
    {
        await foresight.LearnAsync(train, done => Interlocked.Add(ref _done, done), stop);
        var foretold = new Dictionary<string, IReadOnlyList<string>>();
        var (predictions, hits, reciprocals) = (0L, 0L, 0.0);
        foreach (var click in test)
        {
            stop.ThrowIfCancellationRequested();
            if (foretold.TryGetValue(click.Session, out var items))
            {
                var rank = 1 + items.Take(Listed).ToList().IndexOf(click.Item);
                predictions++;
                hits += rank > 0 ? 1 : 0;
                reciprocals += rank > 0 ? 1.0 / rank : 0;
            }

            foretold[click.Session] = await foresight.ClickAsync(click, stop);
            Interlocked.Increment(ref _done);
        }

        var latency = foresight.Latency.Percentiles();
        return new SessionQuality(
            predictions, predictions == 0 ? 0 : Math.Round(hits / (double)predictions, 4), predictions == 0 ? 0 : Math.Round(reciprocals / predictions, 4),
            latency?.P50 ?? 0, latency?.P90 ?? 0);
    }
}

/// <summary>How well next clicks were foreseen.</summary>
/// <param name="Predictions">Clicks foretold.</param>
/// <param name="HitRate20">Share of them among the first twenty items.</param>
/// <param name="Mrr20">Mean reciprocal rank among the first twenty.</param>
/// <param name="P50Ms">Median time of an answer, milliseconds.</param>
/// <param name="P90Ms">90th percentile of it.</param>
internal sealed record SessionQuality(long Predictions, double HitRate20, double Mrr20, double P50Ms, double P90Ms)
{
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture, $"{Predictions:N0} predictions: HitRate@20 {HitRate20:0.0000}, MRR@20 {Mrr20:0.0000}; an answer took p50 {P50Ms:0.000} ms, p90 {P90Ms:0.000} ms");

    public string ToJson() => JsonSerializer.Serialize(this, EvalJson.Default.SessionQuality);
}
