using System.Net.ServerSentEvents;

namespace OrleansStream.Cluster.Tests.Telemetry;

/// <summary>A client of an event stream, connected before anything happens.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventReader(HttpResponseMessage response, Stream body) =>
        (_response, _items) = (response, SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator());

    public static async Task<EventReader> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The data of the next event of this name.</summary>
    public async Task<string> NextAsync(string name)
    {
        do Assert.True(await _items.MoveNextAsync().AsTask().WaitAsync(Limit), "The stream ended.");
        while (_items.Current.EventType != name);
        return _items.Current.Data;
    }

    public void Dispose() => _response.Dispose();
}
