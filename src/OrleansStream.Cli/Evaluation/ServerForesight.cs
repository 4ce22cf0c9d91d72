using System.Globalization;
using OrleansStream.Cli.Api;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Cli.Evaluation;

internal sealed record EvalClick(string Id, string UserId, string ItemId, DateTimeOffset Time);

/// <summary>A running server: what was before is handed in with its times, each test click goes through <c>/v1/recommend</c>.</summary>
internal sealed class ServerForesight(HttpClient http, TimeProvider clock) : ISessionForesight
{
    private const int BatchSize = 2_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly PatientApi _api = new(http, clock);
    private readonly string _run = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);

    public LatencySamples Latency { get; } = new();

    public async Task LearnAsync(IReadOnlyList<SessionClick> clicks, Action<int> done, CancellationToken stop)
    {
        var number = 0;
        foreach (var batch in clicks.Chunk(BatchSize))
        {
            await _api.SendLinesAsync(
                "v1/clicks",
                batch.Select(click => new EvalClick($"eval-{_run}-{number++}", $"eval-{_run}-train-{click.Session}", click.Item, click.Time)),
                EvalJson.Default.EvalClick,
                stop);
            done(batch.Length);
        }

        await UntilLevelAsync(stop);
    }

    public async Task<IReadOnlyList<string>> ClickAsync(SessionClick click, CancellationToken stop)
    {
        var path = $"v1/recommend?session_id={Uri.EscapeDataString($"eval-{_run}-{click.Session}")}&item_id={Uri.EscapeDataString(click.Item)}&user_consent=true";
        var start = clock.GetTimestamp();
        var items = await _api.GetAsync(path, stop);
        Latency.Add(clock.GetElapsedTime(start));
        return [.. items.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Waits until all that was handed in is in the index that answers.</summary>
    private async Task UntilLevelAsync(CancellationToken stop)
    {
        while (true)
        {
            var pipeline = await _api.GetAsync("v1/pipeline", stop);
            var index = await _api.GetAsync("v1/recommendations/index", stop);
            if (pipeline.GetProperty("lag").GetInt64() == 0 && index.GetProperty("lag").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(Look, clock, stop);
        }
    }
}
