namespace OrleansStream.Cli.Tests;

public sealed class SendResumeTests
{
    [Fact]
    public async Task LoadGoesOnAfterTheMark_WhenItWasInterrupted()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = await InterruptAsync(load);
        var first = load.Server.Batches.Count;
        var run = await load.SendAsync(file, "--batch", "10", "--lanes", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(200, (long)run.Json["lines"]!);
        Assert.Equal(200, (long)run.Json["accepted"]! + (long)run.Json["resent"]!);
        Assert.True((long)run.Json["resumedAfterLine"]! > 10);

        // The probe repeats the last answered batch; nothing before it is sent again.
        var again = load.Server.Batches.Skip(first).SelectMany(batch => batch.Records).Count();
        Assert.True(again < 200, $"{again} records were sent again");
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"tx-{n}"), load.Server.StoredIds());
        Assert.Empty(load.StateFiles());
    }

    [Fact]
    public async Task LoadBeginsAtLineOneWithoutSendingTheTail_WhenTheServerHasNeverHeardOfIt()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = await InterruptAsync(load);
        load.Server.Forget(_ => true);
        var run = await load.SendAsync(file, "--batch", "10", "--lanes", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Null(run.Json["resumedAfterLine"]);
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"tx-{n}"), load.Server.StoredIds());
    }

    [Fact]
    public async Task LoadBeginsAtLineOne_WhenTheServerAcceptsTheProbe()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = await InterruptAsync(load);

        // An older copy of the data: each card is known, the last lines are not.
        load.Server.Forget(record => (decimal)record["amount"]! > 5);
        var run = await load.SendAsync(file, "--batch", "10", "--lanes", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Null(run.Json["resumedAfterLine"]);
        Assert.Equal(200, load.Server.Stored.Count);
        Assert.Equal(200, (long)run.Json["lines"]!);
    }

    [Theory]
    [InlineData("--no-resume")]
    [InlineData("--map", "merchant.id=cardId")]
    public async Task LoadBeginsAtLineOne_WhenItIsNotTheSameLoad(params string[] more)
    {
        await using var load = await LoadFixture.StartAsync();
        var file = await InterruptAsync(load);
        var run = await load.SendAsync(file, ["--lanes", "1", .. more]);

        Assert.Null(run.Json["resumedAfterLine"]);
        Assert.Equal(200, load.Server.Stored.Count);
    }

    [Fact]
    public async Task LoadRuns_WhenProgressCannotBeKept()
    {
        await using var load = await LoadFixture.StartAsync();
        await File.WriteAllTextAsync(load.StateDirectory, "a file where the directory should be", TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        load.Server.Before = async (_, _) =>
        {
            await stop.CancelAsync();
            return false;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 10, cards: 1)), "", [], stop.Token);

        Assert.Equal(130, run.ExitCode);
        Assert.Contains("cannot be resumed", run.Error, StringComparison.Ordinal);
        Assert.Contains("Run the same command again", run.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task LoadEnds_WhenInterruptedWhileStandardInputIsSilent()
    {
        await using var load = await LoadFixture.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        load.Server.AfterStored = async (_, _) =>
        {
            await stop.CancelAsync();
            return false;
        };
        using var silent = new SilentStream("{\"cardId\":\"c\",\"amount\":1}\n");
        var run = await CliRun.OfAsync(["send", "transactions", "-", "--url", load.Server.Url, "--timeout", "10m"], silent, interactive: false, null, stop.Token);
        silent.Release();

        Assert.Equal(130, run.ExitCode);
    }

    /// <summary>Ctrl-C while the sixth batch is on its way.</summary>
    private static async Task<string> InterruptAsync(LoadFixture load)
    {
        using var stop = new CancellationTokenSource();
        load.Server.AfterStored = async (context, batch) =>
        {
            if (batch.Number == 6)
            {
                await stop.CancelAsync();
                await FakeServer.DropAsync(context);
                return true;
            }

            return false;
        };
        var file = load.Write("a.csv", LoadFixture.Csv(rows: 200, cards: 3));
        var run = await load.SendAsync(file, "", ["--batch", "10", "--lanes", "1"], stop.Token);

        Assert.Equal(130, run.ExitCode);
        Assert.False((bool)run.Json["complete"]!);
        Assert.Single(load.StateFiles());
        load.Server.AfterStored = (_, _) => Task.FromResult(false);
        return file;
    }
}
