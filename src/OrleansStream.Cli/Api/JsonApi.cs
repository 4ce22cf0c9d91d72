using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansStream.Cli.Api;

/// <summary>Asks a server for JSON. What it refuses stops the command with the server's words.</summary>
internal sealed class JsonApi(HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public Task<JsonElement> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, null, stop);

    public Task<JsonElement> PostAsync(string path, string json, CancellationToken stop) => SendAsync(HttpMethod.Post, path, json, stop);

    public Task<JsonElement> DeleteAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Delete, path, null, stop);

    /// <summary>Looks at a job until it ended; cancels it when the command is stopped.</summary>
    /// <param name="job">As the server answered when it was asked for.</param>
    /// <param name="progressed">Told how far it is, 0 to 1.</param>
    /// <param name="stop">Stops the command.</param>
    public async Task<JsonElement> FollowAsync(JsonElement job, Action<double> progressed, CancellationToken stop)
    {
        var path = $"v1/jobs/{job.GetProperty("id").GetString()}";
        try
        {
            while (job.GetProperty("status").GetString() is "queued" or "running")
            {
                await Task.Delay(Look, clock, stop);
                job = await GetAsync(path, stop);
                var progress = job.GetProperty("progress");
                progressed(progress.GetProperty("total").GetInt64() == 0 ? 0 : progress.GetProperty("percent").GetDouble() / 100);
            }
        }
        catch (OperationCanceledException)
        {
            await DeleteAsync(path, CancellationToken.None);
            throw;
        }

        return job;
    }

    public static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    /// <summary>A JSON object without the members that are null.</summary>
    public static string Body(params (string Name, JsonNode? Value)[] members) =>
        new JsonObject(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Name, m.Value))).ToJsonString();

    /// <returns>An undefined element when the answer has no body.</returns>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? json, CancellationToken stop)
    {
        // A socket's time is the machine's; the clock is for what the command does by itself.
        using var late = new CancellationTokenSource(Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandStoppedException(Problems.Describe(response.StatusCode, Problems.Read(body)));
            }

            if (body.Length == 0)
            {
                return default;
            }

            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CommandStoppedException($"{http.BaseAddress}: {e.GetBaseException().Message}");
        }
        catch (JsonException)
        {
            throw new CommandStoppedException($"{http.BaseAddress} answers with something that is no JSON: is it an OrleansStream?");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandStoppedException($"{http.BaseAddress} did not answer within {Timeout.TotalSeconds:0} s.");
        }
    }
}
