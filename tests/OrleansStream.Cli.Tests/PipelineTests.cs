using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Cli.Tests;

/// <summary><c>topics</c>, <c>dead-letters</c>, <c>replay</c> and <c>bench throughput</c> against a server of the contract's shapes.</summary>
public sealed class PipelineTests : IAsyncLifetime
{
    private readonly List<string> _asked = [];
    private WebApplication _server = null!;
    private int _looks;
    private long _transactions;
    private long _lag = 3;

    private string Url => _server.Urls.Single();

    [Fact]
    public async Task ShowsEveryPartition_WhenTopicsAreAskedFor()
    {
        var run = await OfAsync("topics", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"transactions\s+3\s+0\s+12\s+10\s+2\s+1\.5\s+card-42 \(7\)", run.Out);
        Assert.Matches(@"decisions\s+0\s+0\s+10\s+–\s+–\s+–", run.Out);
        Assert.Equal(2, run.Json["items"]!.AsArray().Count);
        Assert.Single((await OfAsync("topics", "--topic", "decisions", "--json")).Json["items"]!.AsArray());
        Assert.Equal(ExitCode.Stopped, (await OfAsync("topics", "--topic", "none")).ExitCode);
    }

    [Fact]
    public async Task ShowsDeadLetters_WithWhatIsWrong()
    {
        var run = await OfAsync("dead-letters", "--topic", "transactions", "--code", "undecodable", "--status", "open", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("transactions:3:1842", run.Out, StringComparison.Ordinal);
        Assert.Contains("amount must be 0 or more", run.Out, StringComparison.Ordinal);
        Assert.Contains("?topic=transactions&code=undecodable&status=open&limit=50", _asked);
        Assert.Single(run.Json["items"]!.AsArray());
    }

    [Fact]
    public async Task RedrivesOne_OrAllThatMatch()
    {
        var one = await OfAsync("dead-letters", "redrive", "transactions:3:1842");
        Assert.Equal((0, "transactions:3:1842 is transactions:3:1901 now."), (one.ExitCode, one.Out.Trim()));
        var all = await OfAsync("dead-letters", "redrive", "--topic", "transactions", "--code", "a,b", "--json");
        Assert.Equal(0, all.ExitCode);
        Assert.Contains("""{"topic":"transactions","codes":["a","b"]}""", _asked);
        Assert.Equal("completed", (string?)all.Json["status"]);
        Assert.Equal(ExitCode.Usage, (await OfAsync("dead-letters", "redrive", "transactions:3:1842", "--topic", "transactions")).ExitCode);
    }

    [Fact]
    public async Task FollowsAReplayToItsEnd()
    {
        var run = await OfAsync("replay", "transactions", "--target", "card-42", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("""{"topic":"transactions","from":"earliest","target":"card-42"}""", _asked);
        Assert.Contains("replay completed: 120 scanned", run.Out, StringComparison.Ordinal);
        Assert.Equal("job-1", (string?)run.Json["id"]);
        Assert.Equal(ExitCode.Usage, (await OfAsync("replay", "transactions")).ExitCode);
    }

    [Fact]
    public async Task CountsWhatIsAccepted_AndWaitsUntilItIsDecided()
    {
        var run = await CliRun.OfAsync(
            ["--url", Url, "bench", "throughput", "--seconds", "1", "--rate", "400", "--batch", "50", "--lanes", "2", "--keys", "10", "--json"], clock: TimeProvider.System, stop: TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        Assert.Equal(_transactions, (long)run.Json["accepted"]!);
        Assert.InRange(_transactions, 50, 400);
        Assert.True(Interlocked.Read(ref _lag) < 0, "it stopped before everything was decided");
        Assert.Equal(3, (long)run.Json["mostLag"]!);
        Assert.NotNull(run.Json["batchMs"]!["p99"]);
        Assert.True((double)run.Json["cpu"]! >= 0);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/v1/topics", () => Json("""
            {"items":[{"name":"transactions","key":"card","partitions":[{"partition":3,"low":0,"high":12,"committed":10,"lag":2,"watermarkAgeSeconds":1.5,"hotKeys":[{"key":"card-42","records":7,"error":0}]}]},
            {"name":"decisions","partitions":[{"partition":0,"low":0,"high":10}]}],"next":null}
            """));
        _server.MapGet("/v1/dead-letters", (HttpRequest request) => Note(request.QueryString.Value!, """
            {"items":[{"id":"transactions:3:1842","topic":"transactions","key":"card-42","code":"undecodable","exception":"amount must be 0 or more","attempts":3,"status":"open"}],"next":null}
            """));
        _server.MapPost("/v1/dead-letters/{id}/redrive", (string id) => Json($$"""{"id":"{{id}}","position":"transactions:3:1901"}"""));
        _server.MapPost("/v1/dead-letters/redrive", async (HttpRequest request) => Note(await BodyAsync(request), Job("queued")));
        _server.MapPost("/v1/replays", async (HttpRequest request) => Note(await BodyAsync(request), Job("queued")));
        _server.MapGet("/v1/jobs/job-1", () => Json(Job(++_looks % 3 == 0 ? "completed" : "running")));
        _server.MapPost("/v1/transactions", async (HttpRequest request) =>
        {
            int lines = (await BodyAsync(request)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["id"]!.GetValue<string>()).Distinct().Count();
            Interlocked.Add(ref _transactions, lines);
            return Json($$"""{"accepted":{{lines}},"rejected":0,"results":[]}""");
        });
        _server.MapGet("/v1/pipeline", () => Json($$"""{"ingested":3,"processed":0,"lag":{{Math.Max(0, Interlocked.Decrement(ref _lag) + 1)}}}"""));
        _server.MapGet("/metrics", () => "dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"} 1.5 123\ndotnet_process_cpu_time_seconds_total{cpu_mode=\"system\"} 0.5 123\n");
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<CliRun> OfAsync(params string[] arguments) => CliRun.OfAsync([.. arguments, "--url", Url], stop: TestContext.Current.CancellationToken);

    private IResult Note(string asked, string answer)
    {
        _asked.Add(asked);
        return Json(answer);
    }

    private static async Task<string> BodyAsync(HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync();

    private static IResult Json(string text) => Results.Text(text, "application/json");

    private static string Job(string status) => $$"""
        {"id":"job-1","kind":"replay","status":"{{status}}","progress":{"total":120,"scanned":120,"delivered":5,"applied":0,"published":5,"skipped":115,"percent":100} }
        """;
}
