using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Backtest;

/// <summary>Asks for a backtest and follows its job to the end.</summary>
internal sealed class BacktestRun(HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private long _percent;

    /// <summary>0 to 1.</summary>
    public double Fraction => Interlocked.Read(ref _percent) / 1000.0;

    /// <summary>The job as it ended.</summary>
    /// <exception cref="CommandStoppedException">The server refused, or is not there.</exception>
    public async Task<JsonElement> RunAsync(string rules, string? from, string? to, CancellationToken stop)
    {
        var body = new JsonObject { ["ruleset"] = Document(rules), ["from"] = from, ["to"] = to };
        var content = new StringContent(body.ToJsonString(), Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var job = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "v1/rules/fraud/backtest") { Content = content }, stop);
        var id = job.GetProperty("id").GetString()!;
        try
        {
            while (job.GetProperty("status").GetString() is "queued" or "running")
            {
                await Task.Delay(Look, clock, stop);
                job = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{id}"), stop);
                var progress = job.GetProperty("progress");
                Interlocked.Exchange(ref _percent, progress.GetProperty("total").GetInt64() == 0 ? 0 : (long)(10 * progress.GetProperty("percent").GetDouble()));
            }
        }
        catch (OperationCanceledException)
        {
            await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"v1/jobs/{id}"), CancellationToken.None);
            throw;
        }

        return job;
    }

    private static JsonObject Document(string rules)
    {
        try
        {
            return JsonNode.Parse(rules) is JsonObject document ? document : throw new UsageException("The rule set is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"The rule set is not valid JSON at line {e.LineNumber + 1}.");
        }
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            using (request)
            {
                using var response = await http.SendAsync(request, stop);
                var body = await response.Content.ReadAsByteArrayAsync(stop);
                if (!response.IsSuccessStatusCode)
                {
                    throw new CommandStoppedException(Problems.Describe(response.StatusCode, Problems.Read(body)));
                }

                using var json = JsonDocument.Parse(body);
                return json.RootElement.Clone();
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CommandStoppedException(e.GetBaseException().Message);
        }
    }
}
