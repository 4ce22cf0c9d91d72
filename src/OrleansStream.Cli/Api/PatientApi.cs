using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansStream.Cli.Api;

/// <summary>Asks a server for JSON, for a minute when it is busy or not there yet: long evaluations and loads outlive that.</summary>
internal sealed class PatientApi(HttpClient http, TimeProvider clock)
{
    private const int Tries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<JsonElement> GetAsync(string path, CancellationToken stop) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), stop);

    public Task<JsonElement> SendJsonAsync(HttpMethod method, string path, string json, CancellationToken stop) => SendAsync(method, path, json, "application/json", stop);

    /// <summary>Hands in one record per line.</summary>
    /// <exception cref="CommandStoppedException">A record was rejected.</exception>
    public async Task<JsonElement> SendLinesAsync<T>(string path, IEnumerable<T> records, JsonTypeInfo<T> type, CancellationToken stop)
    {
        var lines = new StringBuilder();
        foreach (var record in records)
        {
            lines.Append(JsonSerializer.Serialize(record, type)).Append('\n');
        }

        var answer = await SendLinesAsync(HttpMethod.Post, path, lines.ToString(), stop);
        if (answer.GetProperty("rejected").GetInt32() > 0)
        {
            var rejected = answer.GetProperty("results").EnumerateArray().First(result => result.GetProperty("status").GetString() == "rejected");
            throw new CommandStoppedException($"A record was rejected: {rejected.GetProperty("detail").GetString()}");
        }

        return answer;
    }

    /// <param name="method">POST or PUT.</param>
    /// <param name="path">Where to.</param>
    /// <param name="lines">Records, each on a line of its own.</param>
    /// <param name="stop">Stops the command.</param>
    public Task<JsonElement> SendLinesAsync(HttpMethod method, string path, string lines, CancellationToken stop) => SendAsync(method, path, lines, "application/x-ndjson", stop);

    /// <summary>The answer's JSON; a server that is busy or not there yet is asked again.</summary>
    /// <param name="make">The request, anew for each try.</param>
    /// <param name="stop">Stops the command.</param>
    /// <exception cref="CommandStoppedException">It refused, or stayed away too long.</exception>
    public async Task<JsonElement> SendAsync(Func<HttpRequestMessage> make, CancellationToken stop)
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

    private Task<JsonElement> SendAsync(HttpMethod method, string path, string body, string type, CancellationToken stop) => SendAsync(
        () => new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } }, stop);
}
