using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Decisions;

/// <summary>One open event stream of decisions.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => _response;

    /// <summary>Opens the stream and returns when the server has fixed where it starts.</summary>
    public static async Task<EventReader> OpenAsync(Api api, string query = "", string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, query.StartsWith('/') ? query : "/v1/decisions/stream" + query);
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event of any kind.</summary>
    public async Task<SseItem<string>> NextAsync()
    {
        var moved = _events.MoveNextAsync().AsTask().WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(await moved, "The stream has ended.");
        return _events.Current;
    }

    /// <summary>The next decisions of these cards, by their transactions' ids; those of other tests are passed over.</summary>
    public async Task<List<SseItem<string>>> TakeAsync(int count, params string[] cards)
    {
        var taken = new List<SseItem<string>>();
        while (taken.Count < count)
        {
            var next = await NextAsync();
            if (cards.Contains(Member(next, "cardId"))) taken.Add(next);
        }
        return taken;
    }

    public static string? Member(SseItem<string> item, string name) =>
        JsonDocument.Parse(item.Data).RootElement.GetProperty(name).GetString();

    public static IEnumerable<string?> Ids(IEnumerable<SseItem<string>> items) => items.Select(i => Member(i, "transactionId"));

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
