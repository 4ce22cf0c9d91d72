namespace OrleansStream.Cli.Tests;

public sealed class BenchLatencyTests
{
    private static readonly string[] Short = ["bench", "latency", "--rate", "40", "--seconds", "1", "--keys", "4", "--warmup", "3", "--json"];

    [Fact]
    public async Task LatenciesArePrinted_WhenEveryShotIsDecided()
    {
        await using var server = await FakeServer.StartAsync();
        var run = await RunAsync(server);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((40, 0, 0), ((int)run.Json["count"]!, (int)run.Json["timedOut"]!, (int)run.Json["errors"]!));
        foreach (var name in new[] { "latencyMs", "fromDueMs", "streamMs" })
        {
            var row = run.Json[name]!;
            Assert.InRange((double)row["p50"]!, 0.001, (double)row["max"]!);
            Assert.True((double)row["p99"]! <= (double)row["p999"]!, name);
        }

        Assert.Equal(43, server.Batches.Count);
        Assert.Equal(43, server.StoredIds().Distinct().Count());
        Assert.All(server.Batches, batch => Assert.Equal("wait=2", batch.Headers["Prefer"]));
        Assert.Contains("from due", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExitCodeIsOne_WhenADecisionTimesOut()
    {
        await using var server = await FakeServer.StartAsync();
        server.AfterStored = async (context, batch) =>
        {
            if (batch.Number != 10)
            {
                return false;
            }

            await FakeServer.AnswerAsync(context, 202, new { id = "x", position = "transactions:0:1" });
            return true;
        };
        var run = await RunAsync(server);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal((40, 1), ((int)run.Json["count"]!, (int)run.Json["timedOut"]!));
    }

    [Fact]
    public async Task ErrorsAreCountedAndNamed_WhenAShotFails()
    {
        await using var server = await FakeServer.StartAsync();
        server.Before = async (context, batch) =>
        {
            if (batch.Number != 12)
            {
                return false;
            }

            await FakeServer.AnswerAsync(context, 429, new { title = "full" });
            return true;
        };
        var run = await RunAsync(server);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal((39, 1), ((int)run.Json["count"]!, (int)run.Json["errors"]!));
        Assert.Contains("error: 429 full", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsMeasured_WhenTheServerIsAway()
    {
        var server = await FakeServer.StartAsync();
        await server.DisposeAsync();
        var run = await RunAsync(server);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("nothing was measured", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamIsLeftOut_WhenItCannotBeOpened()
    {
        await using var server = await FakeServer.StartAsync();
        server.OpensStream = false;
        var run = await RunAsync(server);

        Assert.Equal(0, run.ExitCode);
        Assert.Null(run.Json["streamMs"]);
    }

    // Three times, not two hundred: the stream's opening has its own time limit on this clock.
    private static Task<CliRun> RunAsync(FakeServer server) =>
        CliRun.OfAsync([.. Short, "--url", server.Url], clock: new HurriedTime(factor: 3));
}
