using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>
/// Transactions to a number of cards for as long as it runs, and beside it the model: what was acknowledged, by card. Each sender has cards of its own and hands in one
/// record after the other.
/// </summary>
internal sealed class CardLoad(ProductCluster cluster, string run, int cards, Func<GatewayProcess>? balancer = null) : IAsyncDisposable
{
    private const int Senders = 8;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _acknowledged = new();
    private Task _running = Task.CompletedTask;
    private int _count;

    public IReadOnlyList<string> CardIds { get; } = [.. Enumerable.Range(0, cards).Select(i => $"{run}-{i}")];

    /// <summary>
    /// Whether a record whose fate is open, because of a 503 or of a connection that broke, is handed in again with the same id, as clients do; each time is one of
    /// <see cref="Interruptions"/>. Otherwise it is a failure.
    /// </summary>
    public bool Persistent { get; init; }

    /// <summary>Times that a record was handed in again, and why.</summary>
    public ConcurrentQueue<string> Interruptions { get; } = new();

    /// <summary>Answers that were no success, and connections that failed.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Answers that asked to come again later, and how long they said to wait.</summary>
    public ConcurrentQueue<(string Policy, TimeSpan RetryAfter)> Refusals { get; } = new();

    /// <summary>The last position per partition.</summary>
    public ConcurrentDictionary<string, long> Positions { get; } = new();

    public int Acknowledged => _acknowledged.Values.Sum(ids => ids.Count);

    /// <summary>The ids that were acknowledged for the card, in the order they were handed in.</summary>
    public IReadOnlyCollection<string> Of(string card) => _acknowledged.TryGetValue(card, out var ids) ? ids : [];

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, Senders).Select(SendAsync));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>
    /// Hands in one record; its id is part of the model when it is acknowledged. With a wait, the decision must come or the record be taken. Refused for now, it is sent again
    /// after the pause that the answer names.
    /// </summary>
    public async Task<string> SendAsync(string card, string? prefer = null)
    {
        string id = $"{card}-{Interlocked.Increment(ref _count)}";
        while (await TrySendAsync(card, id, prefer) is { } pause && !(Persistent && _stop.IsCancellationRequested)) await Task.Delay(pause);
        return id;
    }

    /// <summary>Asks for the card's profile.</summary>
    public async Task AskAsync(string card)
    {
        using var response = await (balancer?.Invoke() ?? cluster.Gateways[0]).Http.GetAsync(new Uri($"/v1/cards/{card}", UriKind.Relative));
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound)) Failures.Enqueue($"GET {card}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Null when it was answered for good; otherwise how long to wait.</summary>
    private async Task<TimeSpan?> TrySendAsync(string card, string id, string? prefer)
    {
        try
        {
            return await HandInAsync(card, id, prefer);
        }
        catch (Exception e) when (Persistent && IsBroken(e))
        {
            Interruptions.Enqueue($"POST {id}: {e.Message}");
            return Moment;
        }
    }

    private async Task<TimeSpan?> HandInAsync(string card, string id, string? prefer)
    {
        var gateway = balancer?.Invoke() ?? cluster.Gateways[_count % cluster.Gateways.Count];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/transactions", UriKind.Relative)) { Content = JsonContent.Create(new { id, cardId = card, amount = 1 }) };
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        using var response = await gateway.Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        if (response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } pause })
        {
            Refusals.Enqueue((response.Headers.GetValues("RateLimit-Policy").Single(), pause));
            return pause;
        }
        if (Persistent && response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            Interruptions.Enqueue($"POST {id}: 503 {text}");
            return response.Headers.RetryAfter?.Delta ?? Moment;
        }
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
        {
            Failures.Enqueue($"POST {id}: {(int)response.StatusCode} {text}");
            return null;
        }
        using var answer = JsonDocument.Parse(text);
        string[] position = answer.RootElement.GetProperty("position").GetString()!.Split(':');
        Positions.AddOrUpdate($"{position[0]}:{position[1]}", long.Parse(position[2], null), (_, known) => Math.Max(known, long.Parse(position[2], null)));
        _acknowledged.GetOrAdd(card, _ => new()).Enqueue(id);
        return null;
    }

    /// <summary>Whether the process at the other end went away.</summary>
    public static bool IsBroken(Exception e) => e is HttpRequestException or TaskCanceledException or ObjectDisposedException;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(int sender)
    {
        var own = CardIds.Where((_, i) => i % Senders == sender).ToList();
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            try
            {
                await SendAsync(own[i % own.Count], i % 10 == 0 ? "wait=1" : null);
                if (i % 10 == 5) await AskAsync(own[i % own.Count]);
                await Task.Delay(Pace);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Failures.Enqueue($"sender {sender}: {e.Message}");
            }
        }
    }
}
