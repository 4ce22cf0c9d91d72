using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansStream.Benchmarks.Attacks;

/// <summary>Purchases at an even pace, each of which waits for its decision.</summary>
/// <param name="Sent">How many.</param>
/// <param name="Failed">How many were not decided.</param>
/// <param name="P50">Milliseconds from when it was to be sent until its decision was there.</param>
/// <param name="P99">The same.</param>
internal sealed record GoodTraffic(int Sent, int Failed, double P50, double P99)
{
    private const int PerSecond = 50;

    public static async Task<GoodTraffic> RunAsync(Uri url, string key, TimeSpan time)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Add("X-Api-Key", key);
        http.DefaultRequestHeaders.Add("Prefer", "wait=10");
        int count = (int)(time.TotalSeconds * PerSecond);
        var calls = new List<Task<double>>(count);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left) await Task.Delay(left);
            calls.Add(SendAsync(http, string.Create(CultureInfo.InvariantCulture, $"good-{i % 20}"), started, due));
        }
        double[] took = await Task.WhenAll(calls);
        double[] decided = [.. took.Where(ms => ms >= 0).Order()];
        return new GoodTraffic(count, count - decided.Length, At(decided, 0.5), At(decided, 0.99));
    }

    private static async Task<double> SendAsync(HttpClient http, string card, long started, TimeSpan due)
    {
        try
        {
            using var body = new StringContent($$"""{"cardId":"{{card}}","amount":12.5}""", Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri("/v1/transactions", UriKind.Relative), body);
            return (int)response.StatusCode == 200 ? (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds : -1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return -1;
        }
    }

    private static double At(double[] sorted, double quantile) => sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(quantile * sorted.Length))];
}
