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
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/transactions") { Content = new ReadOnlyMemoryContent(transaction.Json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("Prefer", "wait=2");
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
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

    private static bool IsDecisionOf(string id, byte[] body)
    {
        try
        {
            using var decision = JsonDocument.Parse(body);
            return decision.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("transactionId", out var transactionId)
                && transactionId.ValueKind == JsonValueKind.String
                && transactionId.ValueEquals(id);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
