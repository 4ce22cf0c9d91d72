using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OrleansStream.Cli.Tests;

public sealed class EvalAnomaliesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ostream-anomalies-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task PrintsDetectionsAndScore_OfPlainAndCompressedSeries()
    {
        Write("a/spiky.csv", Series(spikeAt: 700), compressed: false);
        Write("b/calm.csv", Series(spikeAt: -1), compressed: true);
        string windows = Path.Combine(_directory, "windows.json");
        await File.WriteAllTextAsync(windows, $$"""{"a/spiky.csv":[["{{Time(690)}}","{{Time(740)}}"]],"b/calm.csv":[],"c/not-there.csv":[["2020-01-01 00:00:00","2020-01-02 00:00:00"]]}""", TestContext.Current.CancellationToken);
        var run = await CliRun.OfAsync(["eval", "anomalies", _directory, "--windows", windows, "--json"], stop: TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((2, 1, 1), ((int)run.Json["series"]!, (int)run.Json["windows"]!, (int)run.Json["detected"]!));
        Assert.Equal(10, (double)run.Json["medianDelay"]!);
        Assert.InRange((double)run.Json["nabScore"]!, 60, 100);
        Assert.Contains("a/spiky.csv  1 of 1 detected", run.Out, StringComparison.Ordinal);
        Assert.Contains("2 series: 1 of 1 windows detected", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsWrongUsage_WhenThereIsNothingToRead()
    {
        string windows = Path.Combine(_directory, "windows.json");
        Assert.Equal(2, (await CliRun.OfAsync(["eval", "anomalies", _directory, "--windows", windows], stop: TestContext.Current.CancellationToken)).ExitCode);
        await File.WriteAllTextAsync(windows, "{}", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await CliRun.OfAsync(["eval", "anomalies", _directory, "--windows", windows], stop: TestContext.Current.CancellationToken)).ExitCode);
        Assert.Equal(2, (await CliRun.OfAsync(["eval", "anomalies", _directory], stop: TestContext.Current.CancellationToken)).ExitCode);
    }

    [Theory]
    [InlineData("timestamp,value\n2020-01-01 00:00:00,1\nnonsense,2\n", "{}", "line 3")]
    [InlineData("timestamp,value\n2020-01-01 00:00:00,1\n", "[1]", "windows.json")]
    public async Task SaysWhere_WhenAFileIsDamaged(string series, string windowsJson, string where)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "x.csv"), series, TestContext.Current.CancellationToken);
        string windows = Path.Combine(_directory, "windows.json");
        await File.WriteAllTextAsync(windows, windowsJson, TestContext.Current.CancellationToken);
        var run = await CliRun.OfAsync(["eval", "anomalies", _directory, "--windows", windows], stop: TestContext.Current.CancellationToken);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(where, run.Error, StringComparison.Ordinal);
    }

    private static string Series(int spikeAt)
    {
        var random = new Random(4);
        var text = new StringBuilder("timestamp,value\n");
        for (var i = 0; i < 1000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Time(i)},{random.NextDouble() + (i == spikeAt ? 30 : 0)}\n");
        }

        return text.ToString();
    }

    private static string Time(int row) => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(5 * row).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private void Write(string name, string text, bool compressed)
    {
        string path = Path.Combine(_directory, name) + (compressed ? ".gz" : "");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        using Stream target = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        target.Write(Encoding.UTF8.GetBytes(text));
    }
}
