using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Cli.Tests;

/// <summary>One POST as the server saw it.</summary>
internal sealed record ReceivedBatch(int Number, IReadOnlyList<JsonObject> Records, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// The contract of API.md on a real socket, in memory: de-duplicates by id, answers per record, and fails where a
/// test tells it to.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _ids = [];
    private readonly ConcurrentDictionary<string, int> _inFlight = new();
    private readonly Channel<string> _decisions = Channel.CreateUnbounded<string>();
    private int _requests;

    private FakeServer(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>Every record stored, in the order of storing.</summary>
    public List<JsonObject> Stored { get; } = [];

    public ConcurrentQueue<ReceivedBatch> Batches { get; } = new();

    /// <summary>Cards that two requests carried at the same time.</summary>
    public ConcurrentQueue<string> Overlaps { get; } = new();

    /// <summary>Before anything is stored: true when it has answered.</summary>
    public Func<HttpContext, ReceivedBatch, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>After storing, before the answer: true when it has answered.</summary>
    public Func<HttpContext, ReceivedBatch, Task<bool>> AfterStored { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>The code with which a record is rejected; null takes it.</summary>
    public Func<JsonObject, string?> Reject { get; set; } = _ => null;

    public bool OpensStream { get; set; } = true;

    public static async Task<FakeServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRequestDecompression();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        var server = new FakeServer(app);
        app.UseRequestDecompression();
        app.MapPost("/v1/transactions", server.IngestAsync);
        app.MapGet("/v1/cards/{cardId}", (string cardId) => server.Knows(cardId) ? Results.Ok() : Results.NotFound());
        app.MapGet("/v1/decisions/stream", server.StreamAsync);
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public static Task DropAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public static async Task AnswerAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status >= 400 ? "application/problem+json" : "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(body, JsonSerializerOptions.Web));
    }

    public IEnumerable<string> StoredIds() => Stored.Select(record => (string)record["id"]!);

    /// <summary>As if on another data directory.</summary>
    public void Forget(Predicate<JsonObject> which)
    {
        lock (_gate)
        {
            foreach (var record in Stored.Where(record => which(record)))
            {
                _ids.Remove((string)record["id"]!);
            }

            Stored.RemoveAll(which);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _decisions.Writer.TryComplete();
        await _app.DisposeAsync();
    }

    private bool Knows(string cardId)
    {
        lock (_gate)
        {
            return Stored.Any(record => (string?)record["cardId"] == cardId);
        }
    }

    private async Task IngestAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var batch = new ReceivedBatch(
            Interlocked.Increment(ref _requests), [.. lines.Select(line => JsonNode.Parse(line)!.AsObject())],
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        Batches.Enqueue(batch);
        var cards = batch.Records.Select(record => (string?)record["cardId"] ?? "").Distinct().ToList();
        Enter(cards);
        try
        {
            if (await Before(context, batch))
            {
                return;
            }

            var results = Store(batch);
            if (!await AfterStored(context, batch))
            {
                await AnswerStoredAsync(context, batch, results);
            }
        }
        finally
        {
            cards.ForEach(card => _inFlight.TryRemove(card, out _));
        }
    }

    private void Enter(List<string> cards)
    {
        foreach (var card in cards.Where(card => !_inFlight.TryAdd(card, 0)))
        {
            Overlaps.Enqueue(card);
        }
    }

    private List<object> Store(ReceivedBatch batch)
    {
        lock (_gate)
        {
            return [.. batch.Records.Select((record, index) =>
            {
                var id = (string)record["id"]!;
                if (Reject(record) is { } code)
                {
                    return (object)new { index, id, status = "rejected", code, detail = "told to" };
                }

                if (!_ids.Add(id))
                {
                    return new { index, id, status = "duplicate", position = "transactions:0:0" };
                }

                Stored.Add(record);
                return new { index, id, status = "accepted", position = $"transactions:0:{Stored.Count}" };
            })];
        }
    }

    private async Task AnswerStoredAsync(HttpContext context, ReceivedBatch batch, List<object> results)
    {
        if (context.Request.ContentType == "application/json")
        {
            var transactionId = (string)batch.Records[0]["id"]!;
            var decision = JsonSerializer.Serialize(new { id = "d", transactionId, outcome = "approve", score = 0 }, JsonSerializerOptions.Web);
            _decisions.Writer.TryWrite(decision);
            await AnswerAsync(context, 200, JsonNode.Parse(decision)!);
            return;
        }

        var rejected = batch.Records.Count(record => Reject(record) is not null);
        var accepted = results.Count - rejected;
        var status = rejected == 0 ? 200 : accepted == 0 ? 422 : 207;
        await AnswerAsync(context, status, new { title = "told so", accepted, rejected, results });
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (!OpensStream)
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": open\n\n");
        await context.Response.Body.FlushAsync();
        try
        {
            await foreach (var decision in _decisions.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync($"event: decision\nid: 1\ndata: {decision}\n\n");
                await context.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The client is done.
        }
    }
}
