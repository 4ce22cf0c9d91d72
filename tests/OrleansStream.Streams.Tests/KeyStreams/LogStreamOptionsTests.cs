using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.KeyStreams;

public sealed class LogStreamOptionsTests
{
    [Fact]
    public void NamesEveryErrorAndTheWayOut_WhenSeveralThingsCannotWork()
    {
        var options = new LogStreamOptions { CacheRecords = 0, Tick = TimeSpan.Zero };
        foreach (string topic in new[] { "in", "in", "missing" }) options.Topics.Add(topic);
        var result = Validate(options, new FakeEventLog(new Dictionary<string, int> { ["in"] = 1, ["out"] = 1 }, TimeProvider.System));
        string[] expected = ["CacheRecords", "'in' is named 2 times", "'missing' is not in the log", "there are: in, out", "'dead-letters'", "Tick is 00:00:00"];
        Assert.All(expected, error => Assert.Contains(error, result, StringComparison.Ordinal));
    }

    [Fact]
    public void SaysSo_WhenNoTopicIsNamedOrThereIsNoLog()
    {
        string result = Validate(new LogStreamOptions(), null);
        Assert.Contains("Topics is empty", result, StringComparison.Ordinal);
        Assert.Contains("IEventLog", result, StringComparison.Ordinal);
    }

    private static string Validate(LogStreamOptions options, IEventLog? log)
    {
        var services = new ServiceCollection();
        if (log is not null) services.AddSingleton(log);
        using var provider = services.BuildServiceProvider();
        var result = new LogStreamOptionsValidator("p", delivers: true, provider).Validate("p", options);
        Assert.True(result.Failed);
        Assert.True(new LogStreamOptionsValidator("p", delivers: true, provider).Validate("other", options).Skipped);
        return string.Join('\n', result.Failures);
    }
}
