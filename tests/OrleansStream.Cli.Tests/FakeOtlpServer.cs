using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Cli.Tests;

/// <summary>OTLP/HTTP in JSON on a real socket, in memory: an export that comes again counts once.</summary>
internal sealed class FakeOtlpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _seen = new();

    private FakeOtlpServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ostream-otlp-").FullName;

    /// <summary>Exports that counted, in order.</summary>
    public ConcurrentQueue<JsonNode> Taken { get; } = new();

    public int Requests { get; private set; }

    /// <summary>Before anything is taken, by the number of the request: a status to answer with, 0 to go on.</summary>
    public Func<int, int> Refuse { get; set; } = _ => 0;

    /// <summary>After an export was taken: what the answer says was rejected.</summary>
    public int Rejected { get; set; }

    /// <summary>Whether <c>GET /v1/services/…</c> knows anybody.</summary>
    public bool Knows { get; set; } = true;

    public static async Task<FakeOtlpServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRequestDecompression();
        var app = builder.Build();
        var server = new FakeOtlpServer(app);
        app.UseRequestDecompression();
        app.MapPost("/v1/{signal}", server.TakeAsync);
        app.MapGet("/v1/services/{name}", (string name) => server.Knows ? Results.Ok() : Results.NotFound());
        await app.StartAsync();
        return server;
    }

    public string Write(string name, string content)
    {
        string path = Path.Combine(Directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    public Task<CliRun> SendAsync(string kind, string file, params string[] more) =>
        CliRun.OfAsync(["send", kind, file, "--url", Url, "--state-dir", Path.Combine(Directory, "state"), "--json", .. more]);

    /// <summary>All records of a kind, whatever export they came in.</summary>
    public IEnumerable<JsonNode> All(string resources, string scopes, string records) =>
        Taken.SelectMany(e => e[resources]!.AsArray()).SelectMany(r => r![scopes]!.AsArray()).SelectMany(s => s![records]!.AsArray()).Select(r => r!);

    public IEnumerable<string> Services(string resources) =>
        Taken.SelectMany(e => e[resources]!.AsArray()).Select(r => (string)r!["resource"]!["attributes"]![0]!["value"]!["stringValue"]!).Distinct();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        int refused = Refuse(++Requests);
        if (refused is > 0 and < 1000)
        {
            context.Response.StatusCode = refused;
            context.Response.Headers.RetryAfter = "1";
            await context.Response.WriteAsync("""{"code":8,"message":"told to"}""");
            return;
        }

        if (_seen.TryAdd(body, 0)) Taken.Enqueue(JsonNode.Parse(body)!);
        // Taken, and the answer is lost.
        if (refused >= 1000)
        {
            context.Abort();
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Rejected == 0 ? "{ }" : $$$"""{ "partialSuccess": { "rejectedLogRecords": "{{{Rejected}}}", "errorMessage": "told to" } }""");
    }
}
