using System.Text.Json.Nodes;

namespace OrleansStream.Cli.Tests;

public sealed class SendFormatTests
{
    private const string Csv = """
        trans_num,unix_time,cc_num,merchant,category,amt,lat,long,merch_lat,merch_long,is_fraud
        t-1,1577837011,3567482753464626,"fraud_Lind, Huel ""and"" McClure",gas_transport,167.21,41.7,-88.3,41.85,-88.79,0

        """;

    private const string Ndjson = """
        {"id":"a","cardId":"c-1","amount":1}
        {"cardId":"c-1","amount":2,"note":"no id"}
        """;

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.csv.gz")]
    [InlineData("a.dat")]
    [InlineData("a.dat.gz")]
    public async Task KnownColumnsAreMapped_WhenTheFileIsCsv(string name)
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write(name, Csv));

        Assert.Equal(0, run.ExitCode);
        var expected = JsonNode.Parse("""
            {"id":"t-1","cardId":"card-b8d94efb213cad38","amount":167.21,"time":"2020-01-01T00:03:31Z",
             "merchant":{"id":"fraud_lind-huel-and-mcclure","name":"fraud_Lind, Huel \"and\" McClure","category":"gas_transport"},
             "location":{"lat":41.85,"lon":-88.79}}
            """)!;
        var stored = Assert.Single(load.Server.Stored);
        expected["cardId"] = (string)stored["cardId"]!;
        Assert.True(JsonNode.DeepEquals(expected, stored), stored.ToJsonString());
        Assert.Matches("^card-[0-9a-f]{16}$", (string)stored["cardId"]!);
    }

    [Fact]
    public async Task CardNumbersAreAnnouncedAsTokens_WhenACardColumnIsSent()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.csv", Csv));

        Assert.Contains("card numbers are sent as tokens", run.Error, StringComparison.Ordinal);
        Assert.Contains("not sent: lat, long, is_fraud", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("3567482753464626", run.Error + run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.tsv")]
    [InlineData("a")]
    public async Task TabsSeparate_WhenTheFileIsTsv(string name)
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write(name, "id\tcard\tamount\nt-1\tc-1\t3,50\n"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("3,50", (string?)Assert.Single(load.Server.Stored)["amount"]);
    }

    [Theory]
    [InlineData("a.ndjson")]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.txt")]
    public async Task LinesPassAsTheyAre_WhenTheFileIsNdjson(string name)
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write(name, Ndjson));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("a", (string?)load.Server.Stored[0]["id"]);
        Assert.Matches("^f-[0-9a-f]{16}-2$", (string)load.Server.Stored[1]["id"]!);
        Assert.Equal("no id", (string?)load.Server.Stored[1]["note"]);
    }

    [Fact]
    public async Task DerivedIdsAreTheSame_WhenTheFileIsCompressedMeanwhile()
    {
        await using var load = await LoadFixture.StartAsync();
        await load.SendAsync(load.Write("a.csv", "card,amount\nc,1\nc,2\n"));
        var again = await load.SendAsync(load.Write("b.csv.gz", "card,amount\nc,1\nc,2\n"));

        Assert.Equal(2, (long)again.Json["duplicate"]!);
    }

    [Fact]
    public async Task StandardInputIsRead_WhenTheFileIsADash()
    {
        await using var load = await LoadFixture.StartAsync();
        var first = await load.SendAsync("-", "card,amount\nc,1\nc,1\n", [], TestContext.Current.CancellationToken);
        var second = await load.SendAsync("-", "card,amount\nc,1\nc,1\n", [], TestContext.Current.CancellationToken);

        Assert.Equal((0, 2L), (first.ExitCode, (long)first.Json["accepted"]!));
        Assert.Equal((0, 2L), (second.ExitCode, (long)second.Json["duplicate"]!));
        Assert.Empty(load.StateFiles());
    }

    [Fact]
    public async Task LoadStops_WhenTheCompressedFileIsCutOff()
    {
        await using var load = await LoadFixture.StartAsync();
        var file = load.Write("a.csv.gz", LoadFixture.Csv(rows: 5000, cards: 9));
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..^2000], TestContext.Current.CancellationToken);
        var run = await load.SendAsync(file);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("damaged", run.Error, StringComparison.Ordinal);
        Assert.Empty(load.Server.Batches);
    }

    [Fact]
    public async Task LineIsRejectedHere_WhenItIsLongerThanAnyServerTakes()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.ndjson", $"{{\"id\":\"a\"}}\n{{\"id\":\"{new string('x', 3_000_000)}\"}}\n{{\"id\":\"b\"}}\n"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["a", "b"], load.Server.StoredIds());
        Assert.Contains("line 2: record-too-large", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectsNameTheirLines_WhenRowsAreBadHereOrThere()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Reject = record => (decimal)record["amount"]! < 0 ? "amount-negative" : null;
        var file = load.Write("a.csv", "id,card,amount,merchant\na,c,1,\"two\nlines\"\n\nb,c,-1,x\nc,c,1\nd,c,4,x\n");
        var rejects = Path.Combine(load.Directory, "rejects.ndjson");
        var run = await load.SendAsync(file, "--rejects", rejects);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["a", "d"], load.Server.StoredIds());
        Assert.Contains("line 5: amount-negative: told to (id b)", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 6: malformed-row: 3 columns where the header has 4", run.Error, StringComparison.Ordinal);
        var lines = (await File.ReadAllLinesAsync(rejects, TestContext.Current.CancellationToken)).Select(line => (long)JsonNode.Parse(line)!["line"]!);
        Assert.Equal([5, 6], lines.Order());
    }

    [Fact]
    public async Task BatchOfRejectsIsReported_WhenNothingIsAccepted()
    {
        await using var load = await LoadFixture.StartAsync();
        load.Server.Reject = _ => "no";
        var run = await load.SendAsync(load.Write("a.csv", LoadFixture.Csv(rows: 30, cards: 1)));

        Assert.Equal((1, 30L), (run.ExitCode, (long)run.Json["rejected"]!));
        Assert.Contains("line 21: no", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("line 22: no", run.Error, StringComparison.Ordinal);
        Assert.Contains("10 more rejected lines", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MalformedLinesStayHere_WhenTheFileIsNdjson()
    {
        await using var load = await LoadFixture.StartAsync();
        var run = await load.SendAsync(load.Write("a.ndjson", "{\"id\":\"a\",\"cardId\":\"c\"}\n\n{\"id\":\n[1]\n{\"id\":\"b\",\"cardId\":\"c\"}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["a", "b"], load.Server.StoredIds());
        Assert.Contains("line 3: malformed-json", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: malformed-json: not a JSON object", run.Error, StringComparison.Ordinal);
    }
}
