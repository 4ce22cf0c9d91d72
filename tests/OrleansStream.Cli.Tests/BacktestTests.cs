using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Cli.Tests;

public sealed class BacktestTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"ostream-rules-{Guid.NewGuid():N}.json");

    public BacktestTests() => File.WriteAllText(_file, """{"id":"strict","thresholds":{"review":40}}""");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(false, "backtest: 50.0%")]
    [InlineData(true, "backtest: 50%")] // Not a terminal that can draw: Spectre.Console writes the bar as lines.
    public async Task ShowsHowFarItIs_ThenWhatItFound(bool interactive, string progress)
    {
        await using var server = await JobServer.StartAsync(looks: 300);
        var run = await CliRun.OfAsync(
            ["--url", server.Url, "backtest", _file, "--from", "2026-11-01T00:00:00Z", "--json"], Stream.Null, interactive, null, TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(("strict", "2026-11-01T00:00:00Z"), ((string?)server.Asked!["ruleset"]!["id"], (string?)server.Asked["from"]));
        // Colours come and go with the environment.
        Assert.Contains(progress, Regex.Replace(run.Error, @"\x1b\[[0-9;]*m", ""), StringComparison.Ordinal);
        Assert.Contains("1,000 transactions, 7 decisions flipped", run.Out, StringComparison.Ordinal);
        Assert.Contains("card-1 tx-1: approve 44 → review 44", run.Out, StringComparison.Ordinal);
        Assert.Equal("completed", (string?)run.Json["status"]);
    }

    [Fact]
    public async Task CancelsTheJob_WhenItIsInterrupted()
    {
        await using var server = await JobServer.StartAsync(looks: int.MaxValue);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        server.Looked = () => stop.Cancel();
        var run = await CliRun.OfAsync(["--url", server.Url, "backtest", _file], stop: stop.Token);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal(["job-1"], server.Cancelled);
    }

    [Fact]
    public async Task SaysWhatTheServerRefuses()
    {
        await using var server = await JobServer.StartAsync(looks: 1, refuse: true);
        var run = await CliRun.OfAsync(["--url", server.Url, "backtest", _file], stop: TestContext.Current.CancellationToken);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("rules.X is no member of a rule set", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A server with one job, which is done after it was looked at so many times.</summary>
    private sealed class JobServer(WebApplication app) : IAsyncDisposable
    {
        public string Url { get; private set; } = "";
        public JsonObject? Asked { get; private set; }
        public List<string> Cancelled { get; } = [];
        public Action Looked { get; set; } = () => { };

        public static async Task<JobServer> StartAsync(int looks, bool refuse = false)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var server = new JobServer(builder.Build());
            await server.RunAsync(looks, refuse);
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task RunAsync(int looks, bool refuse)
        {
            int looked = 0;
            app.MapPost("/v1/rules/fraud/backtest", async (HttpContext context) =>
            {
                Asked = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
                return refuse
                    ? Results.Json(new { title = "The rule set is not valid", status = 400, code = "unknown-member", detail = "rules.X is no member of a rule set." }, contentType: "application/problem+json", statusCode: 400)
                    : Results.Text(Job("queued", 0), "application/json", statusCode: 202);
            });
            app.MapGet("/v1/jobs/job-1", () =>
            {
                Looked();
                return Results.Text(++looked < looks ? Job("running", 50) : Job("completed", 100), "application/json");
            });
            app.MapDelete("/v1/jobs/{id}", (string id) =>
            {
                Cancelled.Add(id);
                return Results.Text(Job("cancelled", 50), "application/json");
            });
            await app.StartAsync();
            Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        }

        private static string Job(string status, int percent) => $$$"""
            {"id":"job-1","status":"{{{status}}}","progress":{"total":1000,"percent":{{{percent}}}}{{{(status != "completed" ? "" : """
            ,"result":{"transactions":1000,"flipped":7,"flippedBy":{"approve→review":7},"baseline":{"alerts":3,"declines":1,"frauds":2,"precision":0.5,"recall":1},
            "candidate":{"alerts":10,"declines":1,"frauds":2,"precision":0.2,"recall":1},
            "flips":[{"transactionId":"tx-1","cardId":"card-1","time":"2026-11-22T10:00:00Z","from":"approve","fromScore":44,"to":"review","toScore":44}]}
            """)}}}}
            """;
    }
}
