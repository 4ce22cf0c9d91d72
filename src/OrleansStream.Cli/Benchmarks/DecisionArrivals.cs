using System.Collections.Concurrent;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Follows <c>GET /v1/decisions/stream</c> and times how long after its hand-in each expected decision arrives there.</summary>
internal sealed class DecisionArrivals : IAsyncDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(3);

    private readonly HttpResponseMessage _response;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _close = new();
    private readonly ConcurrentDictionary<string, long> _expected = new();
    private readonly Task _following;

    private DecisionArrivals(HttpResponseMessage response, TimeProvider clock)
    {
        _response = response;
        _clock = clock;
        _following = Task.Run(FollowAsync);
    }

    public LatencySamples Samples { get; } = new();

    /// <summary>Null when the server has no such stream, or does not let us read it.</summary>
    public static async Task<DecisionArrivals?> TryOpenAsync(HttpClient http, TimeProvider clock, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(OpenTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            var response = await http.GetAsync("v1/decisions/stream", HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                return new DecisionArrivals(response, clock);
            }

            response.Dispose();
            return null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Expect(string transactionId, long sent) => _expected[transactionId] = sent;

    public void Forget(string transactionId) => _expected.TryRemove(transactionId, out _);

    /// <summary>Returns when nothing is expected any more, the stream has ended, or the time is up.</summary>
    public async Task WaitForAllAsync(TimeSpan atMost, CancellationToken stop)
    {
        var start = _clock.GetTimestamp();
        while (!_expected.IsEmpty && !_following.IsCompleted && _clock.GetElapsedTime(start) < atMost)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _clock, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _close.CancelAsync();
        await _following;
        _response.Dispose();
        _close.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await using var body = await _response.Content.ReadAsStreamAsync(_close.Token);
            await foreach (var item in SseParser.Create(body, TransactionIdOf).EnumerateAsync(_close.Token))
            {
                if (item.Data is { } id && _expected.TryRemove(id, out var sent))
                {
                    Samples.Add(_clock.GetElapsedTime(sent));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // Closed, by us or by the server: what is missing shows in the count.
        }
    }

    private static string? TransactionIdOf(string eventType, ReadOnlySpan<byte> data)
    {
        if (eventType != "decision")
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            using var decision = JsonDocument.ParseValue(ref reader);
            return decision.RootElement.TryGetProperty("transactionId", out var id) ? id.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
