using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Clicks of sessions under way as an open load: click n is due at start + n / rate, whatever became of the ones before.</summary>
internal sealed class RecommendBench(HttpClient http, BenchShop shop, int keys, TimeProvider clock)
{
    private const int StepsPerSession = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly string _run = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
    private long _next;

    public async Task<RecommendRun> RunAsync(double rate, int seconds, CancellationToken stop)
    {
        var (latency, errors) = (new LatencySamples(), new List<string>());
        var items = 0L;
        var shots = (int)(rate * seconds);
        await OpenLoad.RunAsync(shots, rate, (_, due) => ShootAsync(_next++, due), clock, stop);
        return new RecommendRun(rate, seconds, latency.Count, errors.Count, latency.Percentiles(), shots == 0 ? 0 : Math.Round(items / (double)shots, 1))
        {
            FirstErrors = [.. errors.Distinct().Take(3)],
        };

        async Task ShootAsync(long number, long due)
        {
            var (count, error) = await FireAsync(number, stop);
            var took = clock.GetElapsedTime(due);
            if (error is null)
            {
                latency.Add(took);
                Interlocked.Add(ref items, count);
                return;
            }

            lock (errors)
            {
                errors.Add(error);
            }
        }
    }

    /// <summary>Sessions take turns; one that has had its clicks makes room for another.</summary>
    private async Task<(int Items, string? Error)> FireAsync(long number, CancellationToken stop)
    {
        var round = number / keys;
        var session = (number % keys) + (round / StepsPerSession * keys);
        var path = string.Create(CultureInfo.InvariantCulture, $"v1/recommend?session_id=bench-{_run}-{session}&item_id={BenchShop.ItemId(shop.Item(session + 1_000_000_007, (int)(round % StepsPerSession)))}&user_consent=true");
        using var late = new CancellationTokenSource(Timeout, clock);
        using var stopped = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), late);
        try
        {
            using var response = await http.GetAsync(path, late.Token);
            var body = await response.Content.ReadAsByteArrayAsync(late.Token);
            return response.StatusCode == HttpStatusCode.OK ? (Count(body), null) : (0, Problems.Describe(response.StatusCode, Problems.Read(body)));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (0, e.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (0, $"no answer within {Timeout.TotalSeconds} s");
        }
    }

    private static int Count(byte[] body)
    {
        var json = new Utf8JsonReader(body);
        var count = 0;
        while (json.Read())
        {
            count += json.TokenType == JsonTokenType.String ? 1 : 0;
        }

        return count;
    }
}

/// <summary>What a run at one rate came to.</summary>
/// <param name="Rate">Clicks per second asked for.</param>
/// <param name="Seconds">Length.</param>
/// <param name="Count">Answered.</param>
/// <param name="Errors">Not answered by the contract.</param>
/// <param name="FromDueMs">From when a click was due to its answer, milliseconds.</param>
/// <param name="ItemsPerAnswer">Mean.</param>
internal sealed record RecommendRun(double Rate, int Seconds, long Count, int Errors, Percentiles? FromDueMs, double ItemsPerAnswer)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> FirstErrors { get; init; } = [];

    public bool Holds(double p90) => Errors == 0 && FromDueMs is { } latency && latency.P90 <= p90;

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate:N0}/s: p50 {FromDueMs?.P50:0.0} ms, p90 {FromDueMs?.P90:0.0} ms, p99 {FromDueMs?.P99:0.0} ms, {Errors} errors, {ItemsPerAnswer:0.0} items per answer{string.Concat(FirstErrors.Select(e => $"\n  error: {e}"))}");
}

/// <summary>What the measurement came to.</summary>
/// <param name="P90LimitMs">The bound.</param>
/// <param name="Runs">Every run.</param>
/// <param name="HighestRate">The highest rate within the bound; 0 for none.</param>
internal sealed record RecommendSummary(double P90LimitMs, IReadOnlyList<RecommendRun> Runs, double HighestRate)
{
    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.RecommendSummary);
}
