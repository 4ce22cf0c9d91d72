using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansStream.Cli.Api;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Cli.Evaluation;

internal sealed record EvalClick(string Id, string UserId, string ItemId, DateTimeOffset Time);

/// <summary>A running server: what was before is handed in with its times, each test click goes through <c>/v1/recommend</c>.</summary>
internal sealed class ServerForesight(HttpClient http, TimeProvider clock) : ISessionForesight
{
    private const int BatchSize = 2_000;
    private const int Tries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly string _run = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);

    public LatencySamples Latency { get; } = new();

    public async Task LearnAsync(IReadOnlyList<SessionClick> clicks, Action<int> done, CancellationToken stop)
    {
        var number = 0;
        foreach (var batch in clicks.Chunk(BatchSize))
        {
            var lines = new StringBuilder();
            foreach (var click in batch)
            {
                var json = new EvalClick($"eval-{_run}-{number++}", $"eval-{_run}-train-{click.Session}", click.Item, click.Time);
                lines.Append(JsonSerializer.Serialize(json, EvalJson.Default.EvalClick)).Append('\n');
            }

            var answer = await SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, "v1/clicks")
                {
                    Content = new StringContent(lines.ToString(), Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } },
                },
                stop);
            if (answer.GetProperty("rejected").GetInt32() > 0)
            {
                var rejected = answer.GetProperty("results").EnumerateArray().First(result => result.GetProperty("status").GetString() == "rejected");
                throw new CommandStoppedException($"A click was rejected: {rejected.GetProperty("detail").GetString()}");
            }

            done(batch.Length);
        }

        await UntilLevelAsync(stop);
    }

    public async Task<IReadOnlyList<string>> ClickAsync(SessionClick click, CancellationToken stop)
    {
        var path = $"v1/recommend?session_id={Uri.EscapeDataString($"eval-{_run}-{click.Session}")}&item_id={Uri.EscapeDataString(click.Item)}&user_consent=true";
        var start = clock.GetTimestamp();
        var items = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), stop);
        Latency.Add(clock.GetElapsedTime(start));
        return [.. items.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Waits until all that was handed in is in the index that answers.</summary>
    private async Task UntilLevelAsync(CancellationToken stop)
    {
        while (true)
        {
            var pipeline = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "v1/pipeline"), stop);
            var index = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "v1/recommendations/index"), stop);
            if (pipeline.GetProperty("lag").GetInt64() == 0 && index.GetProperty("lag").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(Look, clock, stop);
        }
    }

    /// <summary>The answer's JSON; a server that is busy or not there yet is asked again.</summary>
    /// <exception cref="CommandStoppedException">It refused, or stayed away too long.</exception>
    private async Task<JsonElement> SendAsync(Func<HttpRequestMessage> make, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                using var request = make();
                using var response = await http.SendAsync(request, stop);
                var body = await response.Content.ReadAsByteArrayAsync(stop);
                if (response.IsSuccessStatusCode)
                {
                    using var json = JsonDocument.Parse(body);
                    return json.RootElement.Clone();
                }

                problem = Problems.Describe(response.StatusCode, Problems.Read(body));
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                {
                    throw new CommandStoppedException(problem);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                problem = e.GetBaseException().Message;
            }

            if (attempt == Tries)
            {
                throw new CommandStoppedException(problem);
            }

            await Task.Delay(Pause, clock, stop);
        }
    }
}
