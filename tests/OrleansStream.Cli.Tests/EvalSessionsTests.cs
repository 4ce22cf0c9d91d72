using OrleansStream.Cli.Evaluation;

namespace OrleansStream.Cli.Tests;

public sealed class EvalSessionsTests : IDisposable
{
    private readonly string _train = Path.Combine(Path.GetTempPath(), $"ostream-train-{Guid.NewGuid():N}.tsv");
    private readonly string _test = Path.Combine(Path.GetTempPath(), $"ostream-test-{Guid.NewGuid():N}.tsv");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_train);
        File.Delete(_test);
    }

    [Fact]
    public async Task NextClicksAreForeseen_WhenSessionsBeforeWentTheSameWay()
    {
        // Out of order: the time decides.
        await WriteAsync(_train, "1\tsock\t20.5", "1\tshoe\t10", "2\tshoe\t30", "2\tsock\t31", "3\tcup\t32", "3\tlamp\t33");
        await WriteAsync(_test, "9\tshoe\t100", "9\tsock\t101", "8\tcup\t102", "8\tunheard\t103");
        var run = await CliRun.OfAsync(["eval", "sessions", _train, _test, "--json"], stop: Stop);
        Assert.Equal(0, run.ExitCode);
        // Of two, the first is foreseen first, the second not at all.
        Assert.Equal((2, 0.5, 0.5), ((int)run.Json["predictions"]!, (double)run.Json["hitRate20"]!, (double)run.Json["mrr20"]!));
        Assert.True((double)run.Json["p90Ms"]! >= (double)run.Json["p50Ms"]!);
    }

    [Fact]
    public async Task NothingIsForeseenFromTheFuture_WhenOnlyLaterSessionsGoTheSameWay()
    {
        await WriteAsync(_train, "1\tother\t1");
        await WriteAsync(_test, "9\tshoe\t100", "9\tsock\t101", "8\tshoe\t200", "8\tsock\t201");
        var run = await CliRun.OfAsync(["eval", "sessions", _train, _test, "--json"], stop: Stop);
        // The second session has the first to learn from; the first has nobody.
        Assert.Equal((2, 0.5), ((int)run.Json["predictions"]!, (double)run.Json["hitRate20"]!));
    }

    [Fact]
    public async Task RanksAreInverted_WhenAnswersAreGiven()
    {
        var answers = new FixedForesight([["b", "c"], ["x", "c"], []]);
        SessionClick[] test = [new("1", "a", 1), new("1", "b", 2), new("1", "c", 3)];
        var quality = await new SessionEvaluation(answers, [], test).RunAsync(Stop);
        Assert.Equal((2, 1.0, 0.75), (quality.Predictions, quality.HitRate20, quality.Mrr20));
    }

    [Theory]
    [InlineData("SessionId\tItemId\n", "there is no column time")]
    [InlineData("", "the file is empty")]
    [InlineData(null, "there is no such file")]
    public async Task ExitCodeIsUsage_WhenAFileDoesNotFit(string? content, string expected)
    {
        await WriteAsync(_test, "1\ta\t1");
        if (content is not null) await File.WriteAllTextAsync(_train, content, Stop);
        var run = await CliRun.OfAsync(["eval", "sessions", _train, _test], stop: Stop);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\ta")]
    [InlineData("1\ta\tsoon")]
    [InlineData("\ta\t1")]
    [InlineData("1\ta\tNaN")]
    public async Task ExitCodeIsStopped_WhenALineIsNoClick(string line)
    {
        await WriteAsync(_test, "1\ta\t1");
        await WriteAsync(_train, line);
        var run = await CliRun.OfAsync(["eval", "sessions", _train, _test], stop: Stop);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("line 2", run.Error, StringComparison.Ordinal);
    }

    private static Task WriteAsync(string path, params string[] lines) => File.WriteAllTextAsync(path, $"SessionId\tItemId\tTime\n{string.Join('\n', lines)}\n", Stop);

    private sealed class FixedForesight(string[][] answers) : ISessionForesight
    {
        private int _next;

        public Benchmarks.LatencySamples Latency { get; } = new();

        public Task LearnAsync(IReadOnlyList<SessionClick> clicks, Action<int> done, CancellationToken stop) => Task.CompletedTask;

        public Task<IReadOnlyList<string>> ClickAsync(SessionClick click, CancellationToken stop) => Task.FromResult<IReadOnlyList<string>>(answers[_next++]);
    }
}
