using System.Globalization;
using System.Net;
using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>The calls of the API that the pages make.</summary>
internal sealed class GatewayClient(IHttpClientFactory clients, GatewayAddress address, GatewayKey key, TimeProvider time)
{
    public const string Name = "gateway";

    /// <summary>How long ago the button's card was in Delhi.</summary>
    private static readonly TimeSpan Flight = TimeSpan.FromMinutes(10);

    /// <summary>Null when the API has no demo load.</summary>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public async Task<DemoState?> GetDemoAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "/v1/demo", null, null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, GatewayJson.Default.DemoState, cancellationToken);
    }

    /// <inheritdoc cref="GetDemoAsync"/>
    public async Task<DemoState> StartDemoAsync(double ratePerSecond, CancellationToken cancellationToken)
    {
        string body = JsonSerializer.Serialize(new DemoRequest("all", ratePerSecond, WhileWatched: true), GatewayJson.Default.DemoRequest);
        using var response = await SendAsync(HttpMethod.Put, "/v1/demo", body, null, cancellationToken);
        return await ReadAsync(response, GatewayJson.Default.DemoState, cancellationToken);
    }

    /// <inheritdoc cref="GetDemoAsync"/>
    public async Task<DemoState> StopDemoAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, "/v1/demo", null, null, cancellationToken);
        return await ReadAsync(response, GatewayJson.Default.DemoState, cancellationToken);
    }

    /// <inheritdoc cref="GetDemoAsync"/>
    public async Task SetBatchIntervalAsync(double seconds, CancellationToken cancellationToken)
    {
        string body = string.Create(CultureInfo.InvariantCulture, $$"""{"intervalSeconds":{{seconds}}}""");
        using var response = await SendAsync(HttpMethod.Put, "/v1/pipeline/batch", body, null, cancellationToken);
        await EnsureAsync(response, cancellationToken);
    }

    /// <summary>A new card pays in Delhi and, ten minutes later by its events' times, in New York; gives the second decision.</summary>
    /// <exception cref="GatewayException">The API refused, did not answer, or made no decision within five seconds.</exception>
    public async Task<DecisionItem> UseInTwoCitiesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        string card = $"demo-you-{Guid.CreateVersion7(now):N}"[..21];
        var delhi = new CardUse($"{card}-1", card, 49.90m, "INR", now - Flight, new CardShop("demo-m-IN", "Delhi Duty Free", "5309", "IN"), new CardPlace(28.61, 77.21, "IN"), $"{card}-chip", "pos");
        var newYork = delhi with { Id = $"{card}-2", Currency = "USD", Time = now, Merchant = new CardShop("demo-m-US", "New York Duty Free", "5309", "US"), Location = new CardPlace(40.71, -74.01, "US") };
        using (var first = await SendAsync(HttpMethod.Post, "/v1/transactions", JsonSerializer.Serialize(delhi, GatewayJson.Default.CardUse), null, cancellationToken))
            await EnsureAsync(first, cancellationToken);
        using var second = await SendAsync(HttpMethod.Post, "/v1/transactions", JsonSerializer.Serialize(newYork, GatewayJson.Default.CardUse), "wait=5", cancellationToken);
        if (second.StatusCode == HttpStatusCode.Accepted) throw new GatewayException("The decision takes longer than five seconds; it will appear in the list.");
        return await ReadAsync(second, GatewayJson.Default.DecisionItem, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json, string? prefer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(address.Url, path));
        await key.AddToAsync(request, cancellationToken);
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        if (json is not null) request.Content = new StringContent(json, null, "application/json");
        try
        {
            using var client = clients.CreateClient(Name);
            return await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GatewayException("The gateway does not answer.", e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await EnsureAsync(response, cancellationToken);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), type) ?? throw new GatewayException("The gateway's answer is empty.");
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        string? detail = null;
        try
        {
            detail = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), GatewayJson.Default.ProblemText)?.Detail;
        }
        catch (JsonException)
        {
            // Not one of the API's own errors.
        }
        throw new GatewayException(detail ?? $"The gateway answered {(int)response.StatusCode}.");
    }
}

/// <summary>The API did not do what was asked; the message is for people.</summary>
internal sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
