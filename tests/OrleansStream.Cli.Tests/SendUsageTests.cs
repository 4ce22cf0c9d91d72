namespace OrleansStream.Cli.Tests;

public sealed class SendUsageTests
{
    private const string Header = "id,number,total,place\nt,1,2,3\n";

    [Theory]
    [InlineData("--map", "cardID=number", "--map", "sum=total", "there is no field 'sum'", "Fields: id, cardId, amount")]
    [InlineData("--map", "cardId=nummer", "--map", "amount=total", "no such column", "Columns: id, number, total, place")]
    [InlineData("--map", "cardId=number", "--map", "amount", "write it as field=column", "")]
    [InlineData("--map", "amount=total", "--map", "id=", "No column fills cardId", "Columns: id, number, total, place")]
    public async Task MappingErrorComesBeforeSending_WhenItDoesNotFitTheFile(
        string map1, string value1, string map2, string value2, string complaint, string list)
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.csv", Header), map1, value1, map2, value2);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Contains(list, run.Error, StringComparison.Ordinal);
        Assert.Empty(load.Server.Batches);
    }

    [Fact]
    public async Task ColumnsGoWhereTheyAreTold_WhenMapped()
    {
        await using var load = await LoadFixture.StartAsync();
        await load.SendAsync(
            load.Write("a.csv", Header), "--map", "cardId=number", "--map", "amount=TOTAL", "--map", "merchant.name=place", "--map", "id=");

        var stored = Assert.Single(load.Server.Stored);
        Assert.Equal(("1", 2m, "3"), ((string)stored["cardId"]!, (decimal)stored["amount"]!, (string)stored["merchant"]!["name"]!));
        Assert.StartsWith("f-", (string)stored["id"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send")]
    [InlineData("send", "transactions")]
    [InlineData("send", "transactions", "nowhere.csv")]
    [InlineData("send", "transactions", "-", "--lanes", "0")]
    [InlineData("send", "transactions", "-", "--rate", "0")]
    [InlineData("send", "transactions", "-", "--rate", "x")]
    [InlineData("send", "transactions", "-", "--retry-for", "5 years")]
    [InlineData("send", "transactions", "-", "--url", "ftp://here")]
    [InlineData("bench", "latency", "--keys", "0")]
    [InlineData("conquer")]
    public async Task ExitCodeIsTwo_WhenTheCommandLineIsWrong(params string[] args)
    {
        var run = await CliRun.OfAsync(args, stop: TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Theory]
    [InlineData("[{\"id\":1}]", "JSON array")]
    [InlineData("card,amount\nc,\"1\n", "quote")]
    public async Task InputIsRefused_WhenItCannotBeRecords(string input, string complaint)
    {
        await using var load = await LoadFixture.StartAsync();
        var huge = complaint == "quote" ? input + new string('x', 3 * 1024 * 1024) : input;
        var run = await load.SendAsync("-", huge, [], TestContext.Current.CancellationToken);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandIsOneLine_WhenCommandsAreListed()
    {
        var run = await CliRun.OfAsync(["send", "--help"], stop: TestContext.Current.CancellationToken);

        Assert.Contains("transactions <FILE>", run.Out, StringComparison.Ordinal);
        // What each says at length is in its own help.
        Assert.DoesNotContain("SHA-256", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HelpTeaches_WhenAsked()
    {
        var run = await CliRun.OfAsync(["send", "transactions", "--help"], stop: TestContext.Current.CancellationToken);

        Assert.Equal(0, run.ExitCode);
        Assert.All(["SHA-256", "merchant.category", "--rejects", "Examples:", "--api-key"], text => Assert.Contains(text, run.Out, StringComparison.Ordinal));
    }
}
