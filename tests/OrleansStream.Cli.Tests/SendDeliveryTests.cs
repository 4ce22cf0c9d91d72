using System.Text.Json.Nodes;

namespace OrleansStream.Cli.Tests;

public sealed class SendDeliveryTests
{
    [Fact]
    public async Task EveryRecordIsAccepted_WhenTheServerIsWell()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 1000, cards: 7)), "--batch", "50");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1000, load.Server.Stored.Count);
        Counts(run, lines: 1000, accepted: 1000);
        Assert.All(load.Server.Batches, batch => Assert.True(batch.Records.Count <= 50));
        Assert.Empty(load.StateFiles());
    }

    [Fact]
    public async Task SecondPassIsAllDuplicates_WhenTheFileIsSentAgain()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = load.Write("a.csv", LoadFixture.Csv(rows: 100, cards: 7));
        await load.SendAsync(file);
        var second = await load.SendAsync(file);

        Assert.Equal(0, second.ExitCode);
        Counts(second, lines: 100, duplicate: 100);
        Assert.Equal(100, load.Server.Stored.Count);
    }

    [Fact]
    public async Task OrderPerCardIsKept_WhenAnswersAreSlowAndLanesMany()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Before = async (_, _) =>
        {
            await Task.Yield();
            return false;
        };
        await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 2000, cards: 23)), "--lanes", "8", "--batch", "7");

        Assert.Empty(load.Server.Overlaps);
        foreach (var card in load.Server.Stored.GroupBy(record => (string)record["cardId"]!))
        {
            var order = card.Select(record => (decimal)record["amount"]!).ToList();
            Assert.Equal(order.Order(), order);
        }

        Assert.Equal(2000, load.Server.Stored.Count);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(408)]
    public async Task BatchIsSentAgain_WhenTheServerFails(int status)
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Before = async (context, batch) =>
        {
            if (batch.Number > 2)
            {
                return false;
            }

            await FakeServer.AnswerAsync(context, status, new { title = "not now" });
            return true;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 30, cards: 3)), "--lanes", "1");

        Assert.Equal(0, run.ExitCode);
        Counts(run, lines: 30, accepted: 30);
    }

    [Fact]
    public async Task StoredRecordsCountAsResent_WhenTheAnswerWasLost()
    {
        await using var load = await LoadFixture.StartAsync();
        var dropped = 0;
        load.Server.AfterStored = async (context, batch) =>
        {
            if (batch.Number != 2)
            {
                return false;
            }

            dropped = batch.Records.Count;
            await FakeServer.DropAsync(context);
            return true;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 100, cards: 5)), "--lanes", "2", "--batch", "10");

        Assert.Equal(0, run.ExitCode);
        Counts(run, lines: 100, accepted: 100 - dropped, resent: dropped);
        Assert.Equal(100, load.Server.Stored.Count);
    }

    [Fact]
    public async Task SameBatchIsSentAgain_WhenTheServerIsBusy()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Before = async (context, batch) =>
        {
            if (batch.Number != 1)
            {
                return false;
            }

            context.Response.Headers.RetryAfter = "3";
            await FakeServer.AnswerAsync(context, 429, new { title = "full" });
            return true;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 20, cards: 2)), "--lanes", "1", "--batch", "5");

        Assert.Equal(0, run.ExitCode);
        Counts(run, lines: 20, accepted: 20);
        var batches = load.Server.Batches.ToList();
        Assert.Equal(Ids(batches[0]), Ids(batches[1]));
        Assert.True((double)run.Json["seconds"]! >= 3, "Retry-After was not honoured");
    }

    [Fact]
    public async Task BatchIsSplit_WhenTheServerCallsItTooLarge()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Before = async (context, batch) =>
        {
            if (batch.Records.Count <= 3 && batch.Records.All(record => (string?)record["id"] != "tx-7"))
            {
                return false;
            }

            await FakeServer.AnswerAsync(context, 413, new { title = "too large" });
            return true;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 20, cards: 1)), "--lanes", "1");

        Assert.Equal(1, run.ExitCode);
        Counts(run, lines: 20, accepted: 19, rejected: 1);
        Assert.Contains("line 9: record-too-large", run.Error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 20).Where(n => n != 7).Select(n => $"tx-{n}"), load.Server.StoredIds());
    }

    [Fact]
    public async Task LoadStopsWithTheProblem_WhenTheServerRefuses()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Before = async (context, _) =>
        {
            await FakeServer.AnswerAsync(context, 401, new { title = "Unauthorized", detail = "no key was sent" });
            return true;
        };
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 20, cards: 1)));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("401 Unauthorized: no key was sent", run.Error, StringComparison.Ordinal);
        Assert.False((bool)run.Json["complete"]!);
    }

    [Fact]
    public async Task LoadStops_WhenTheServerStaysAwayTooLong()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = load.Write("a.csv", LoadFixture.Csv(rows: 20, cards: 1));
        await load.Server.DisposeAsync();
        var run = await load.SendAsync(file, "--retry-for", "20s");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("stayed away for 20 s: connection refused", run.Error, StringComparison.Ordinal);
        Assert.Contains("waiting for the server", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadRuns_WhenProgressIsShownAsABar()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await CliRun.OfAsync(
            ["send", "transactions", "-", "--url", load.Server.Url, "--timeout", "10m", "--json"],
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(LoadFixture.Csv(rows: 10, cards: 1))),
            interactive: true,
            null,
            TestContext.Current.CancellationToken);

        Assert.Equal(0, run.ExitCode);
        Counts(run, lines: 10, accepted: 10);
    }

    [Fact]
    public async Task ApiKeyIsSent_WhenGiven()
    {
        await using var load = await LoadFixture.StartAsync();
        await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 1, cards: 1)), "--api-key", "osk_1");

        Assert.Equal("osk_1", Assert.Single(load.Server.Batches).Headers["X-Api-Key"]);
    }

    [Fact]
    public async Task LoadTakesItsTime_WhenARateIsAsked()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 101, cards: 1)), "--rate", "2");

        Assert.Equal(0, run.ExitCode);
        Assert.InRange((double)run.Json["seconds"]!, 49.9, 500);
    }

    private static IEnumerable<string> Ids(ReceivedBatch batch) => batch.Records.Select(record => (string)record["id"]!);

    private static void Counts(CliRun run, long lines, long accepted = 0, long duplicate = 0, long resent = 0, long rejected = 0)
    {
        JsonNode json = run.Json;
        Assert.Equal(
            (lines, accepted, duplicate, resent, rejected),
            ((long)json["lines"]!, (long)json["accepted"]!, (long)json["duplicate"]!, (long)json["resent"]!, (long)json["rejected"]!));
    }
}
