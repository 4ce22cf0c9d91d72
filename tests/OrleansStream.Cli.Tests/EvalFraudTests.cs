using System.Globalization;
using OrleansStream.Cli.Evaluation;

namespace OrleansStream.Cli.Tests;

public sealed class EvalFraudTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"ostream-eval-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("9 8 7 6", "1 1 0 0", 1, 1)]
    [InlineData("9 8 7 6", "0 0 1 1", 0.4167, 0)] // 1/3 and 2/4
    [InlineData("9 8 7 6", "1 0 1 0", 0.8333, 0.75)]
    [InlineData("5 5 5 5", "1 0 1 0", 0.5, 0.5)]
    [InlineData("5 5", "0 0", 0, 0)]
    public void RankingIsMeasured_WhenScoresAreGiven(string scores, string labels, double averagePrecision, double auc)
    {
        var quality = FraudQuality.Of(
            [.. scores.Split(' ').Select(s => new Scored(double.Parse(s, CultureInfo.InvariantCulture), false))], [.. labels.Split(' ').Select(l => l == "1")], TimeSpan.Zero);
        Assert.Equal((averagePrecision, auc), (quality.AveragePrecision, quality.Auc));
    }

    [Fact]
    public void AlertsAreCounted_WhenSomeAreFrauds()
    {
        var quality = FraudQuality.Of([new(5, true), new(4, true), new(3, false), new(2, false)], [true, false, true, false], TimeSpan.Zero);
        Assert.Equal((0.5, 0.5, 0.5), (quality.Precision, quality.Recall, quality.AlertRate));
    }

    [Fact]
    public void RowsComeInTheOrderOfTime_WithoutCardNumbers()
    {
        File.WriteAllText(_file, """
            trans_num,unix_time,cc_num,merchant,category,amt,merch_lat,merch_long,is_fraud
            b,1577837305,4111111111111111,"Shoe, Palace",shoes,64.16,44.7,-93.5,1
            a,1577837011,4111111111111111,Fuel,fuel,12.00,41.8,-88.7,0
            """);
        var rows = LabelledFile.Read(_file);
        Assert.Equal(["a", "b"], rows.Select(r => r.Id));
        Assert.Equal(("Shoe, Palace", 64.16m, true, 44.7), (rows[1].Merchant, rows[1].Amount, rows[1].IsFraud, rows[1].Lat));
        Assert.All(rows, row => Assert.StartsWith("card-", row.Card, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("trans_num,unix_time\n", "there is no column cc_num")]
    [InlineData(null, "there is no such file")]
    public async Task ExitCodeIsUsage_WhenTheFileDoesNotFit(string? content, string expected)
    {
        if (content is not null) await File.WriteAllTextAsync(_file, content, TestContext.Current.CancellationToken);
        var run = await CliRun.OfAsync(["eval", "fraud", _file], stop: TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExitCodeIsStopped_WhenARowCannotBeRead()
    {
        await File.WriteAllTextAsync(_file, "trans_num,unix_time,cc_num,merchant,category,amt,is_fraud\na,soon,1,m,c,1,0\n", TestContext.Current.CancellationToken);
        var run = await CliRun.OfAsync(["eval", "fraud", _file], stop: TestContext.Current.CancellationToken);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("line 2 cannot be read", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExitCodeIsUsage_WhenRulesAreNoJson()
    {
        await File.WriteAllTextAsync(_file, "{", TestContext.Current.CancellationToken);
        var run = await CliRun.OfAsync(["backtest", _file], stop: TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("not valid JSON", run.Error, StringComparison.Ordinal);
    }
}
