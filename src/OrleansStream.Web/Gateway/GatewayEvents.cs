using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace OrleansStream.Web.Gateway;

/// <summary>Reads one event stream of the API for as long as it is wanted: opens it again whenever it ends, from the last event that came.</summary>
internal sealed class GatewayEvents(IHttpClientFactory clients, GatewayAddress address, GatewayKey key, IOptions<WebOptions> options, TimeProvider time)
{
    public const string Name = "gateway-events";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The stream's events; between them a <see cref="GatewayEvent.Opened"/> and a <see cref="GatewayEvent.Lost"/> whenever the connection is.</summary>
    public async IAsyncEnumerable<GatewayEvent> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Also of a stream on which nothing has come yet: the API names its place as soon as it is open.
        string? last = null;
        for (var delay = FirstDelay; ; delay = Longer(delay))
        {
            if (await OpenAsync(path, last, cancellationToken) is { } response)
            {
                using (response)
                {
                    yield return GatewayEvent.Opened;
                    await foreach (var item in ItemsAsync(response, id => last = id, cancellationToken))
                    {
                        delay = FirstDelay;
                        yield return new GatewayEvent(item.EventType, item.Data);
                    }
                }
            }
            yield return GatewayEvent.Lost;
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private TimeSpan Longer(TimeSpan delay) => delay * 2 < options.Value.MaxReconnectDelay ? delay * 2 : options.Value.MaxReconnectDelay;

    private async Task<HttpResponseMessage?> OpenAsync(string path, string? last, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.Url, path));
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            if (last is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
            await key.AddToAsync(request, cancellationToken);
            using var client = clients.CreateClient(Name);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return response;
            response.Dispose();
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It is down; it is tried again.
        }
        return null;
    }

    private async IAsyncEnumerable<SseItem<string>> ItemsAsync(HttpResponseMessage response, Action<string> reached, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new WatchedStream(await response.Content.ReadAsStreamAsync(cancellationToken), options.Value.SilenceLimit, time);
        var parser = SseParser.Create(stream);
        await using var items = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync()) yield break;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Broken off, or silent for too long.
                yield break;
            }
            finally
            {
                if (parser.LastEventId.Length > 0) reached(parser.LastEventId);
            }
            yield return items.Current;
        }
    }
}

/// <summary>An event of a stream, or what became of its connection.</summary>
internal readonly record struct GatewayEvent(string Kind, string Json)
{
    public static readonly GatewayEvent Opened = new("connection-opened", "");
    public static readonly GatewayEvent Lost = new("connection-lost", "");

    /// <summary>What it brings.</summary>
    public T Read<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Json, type)!;
}
