using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <param name="IsDecided">False when the server answered that its time to wait had run out.</param>
/// <param name="Error">Anything but an answer of the contract; null otherwise.</param>
internal readonly record struct ShotResult(bool IsDecided, string? Error);

/// <summary>One transaction handed in, waiting for its decision.</summary>
internal static class DecisionShot
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static async Task<ShotResult> FireAsync(HttpClient http, BenchTransaction transaction, TimeProvider clock, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout, clock);
        using var stopped = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), late);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/transactions") { Content = new ReadOnlyMemoryContent(transaction.Json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("Prefer", "wait=2");
            using var response = await http.SendAsync(request, late.Token);
            var body = await response.Content.ReadAsByteArrayAsync(late.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new ShotResult(true, IsDecisionOf(transaction.Id, body) ? null : "200 without the decision"),
                HttpStatusCode.Accepted => new ShotResult(false, null),
                var status => new ShotResult(false, Problems.Describe(status, Problems.Read(body))),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ShotResult(false, e.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ShotResult(false, $"no answer within {Timeout.TotalSeconds} s");
        }
    }

    // Reads no further than it must: the client is on the machine that is measured.
    private static bool IsDecisionOf(string id, byte[] body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isId = json.ValueTextEquals("transactionId"u8);
                json.Read();
                if (isId)
                {
                    return json.TokenType == JsonTokenType.String && json.ValueTextEquals(id);
                }

                json.Skip();
            }

            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
