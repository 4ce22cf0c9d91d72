using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace OrleansStream.Benchmarks.Attacks;

/// <summary>Purchases at an even pace, each of which waits for its decision.</summary>
/// <param name="Sent">How many.</param>
/// <param name="Failed">How many were not decided.</param>
/// <param name="P50">Milliseconds from when it was to be sent until its decision was there.</param>
/// <param name="P99">The same.</param>
/// <param name="Slow">When they came that took longer than most, in seconds from the start, and their milliseconds.</param>
internal sealed record GoodTraffic(int Sent, int Failed, double P50, double P99, string Slow)
{
    private const int PerSecond = 50;

    public static async Task<GoodTraffic> RunAsync(Uri url, string key, TimeSpan time)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Add("X-Api-Key", key);
        http.DefaultRequestHeaders.Add("Prefer", "wait=10");
        int count = (int)(time.TotalSeconds * PerSecond);
        var calls = new List<Task<double?>>(count);
        var failures = new ConcurrentQueue<string>();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left) await Task.Delay(left);
            calls.Add(SendAsync(http, string.Create(CultureInfo.InvariantCulture, $"good-{i % 20}"), started, due, failures));
        }
        double?[] took = await Task.WhenAll(calls);
        foreach (var kind in failures.GroupBy(f => f)) await Console.Error.WriteLineAsync($"{kind.Count()} purchases: {kind.Key}");
        double[] decided = [.. took.OfType<double>().Order()];
        double slow = At(decided, 0.985);
        string when = string.Join(", ", took.Index().Where(t => t.Item >= slow).Select(t => string.Create(CultureInfo.InvariantCulture, $"{(double)t.Index / PerSecond:0.0}: {t.Item:0}")));
        return new GoodTraffic(count, count - decided.Length, At(decided, 0.5), At(decided, 0.99), when);
    }

    private static async Task<double?> SendAsync(HttpClient http, string card, long started, TimeSpan due, ConcurrentQueue<string> failures)
    {
        try
        {
            using var body = new StringContent($$"""{"cardId":"{{card}}","amount":12.5}""", Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri("/v1/transactions", UriKind.Relative), body);
            if (response.StatusCode == HttpStatusCode.OK) return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
            failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            failures.Enqueue(e.Message);
        }
        return null;
    }

    private static double At(double[] sorted, double quantile) => sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(quantile * sorted.Length))];
}
