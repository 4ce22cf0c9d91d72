using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansStream.Web.Gateway;

/// <summary>Calls of the API. Which ones there are say <c>FraudCalls</c> and its neighbours.</summary>
internal sealed class GatewayClient(IHttpClientFactory clients, GatewayAddress address, GatewayKey key)
{
    public const string Name = "gateway";

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <summary>Null when there is no such thing.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, type, cancellationToken);
    }

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, string? json, JsonTypeInfo<T> type, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, json, cancellationToken, headers);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <inheritdoc cref="GetAsync"/>
    public async Task DoAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, json, cancellationToken, headers);
        await EnsureAsync(response, cancellationToken);
    }

    /// <summary>The answer, whatever it says.</summary>
    /// <exception cref="GatewayException">There is none.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address.Url, path));
        await key.AddToAsync(request, cancellationToken);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
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

    /// <exception cref="GatewayException">It is a refusal.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await EnsureAsync(response, cancellationToken);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), type) ?? throw new GatewayException("The gateway's answer is empty.");
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        ProblemText? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), GatewayJson.Default.ProblemText);
        }
        catch (JsonException)
        {
            // Not one of the API's own errors.
        }
        throw new GatewayException(problem?.Detail ?? $"The gateway answered {(int)response.StatusCode}.") { Status = (int)response.StatusCode, Errors = problem?.Errors ?? [] };
    }
}

/// <summary>The API did not do what was asked; the message is for people.</summary>
internal sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong with which part of what was sent.</summary>
    public IReadOnlyList<ProblemPart> Errors { get; init; } = [];
}
