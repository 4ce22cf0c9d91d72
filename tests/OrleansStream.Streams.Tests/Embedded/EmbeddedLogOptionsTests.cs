using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class EmbeddedLogOptionsTests
{
    [Fact]
    public void SaysAllThatIsWrong_WhenOptionsCannotWork()
    {
        var options = new EmbeddedLogOptions { Directory = "d", Retention = { Time = TimeSpan.FromSeconds(3) } };
        options.Topics["a b"] = 0;
        options.TopicRetention["t"] = new() { Bytes = -1 };
        var result = new EmbeddedLogOptionsValidator().Validate(null, options);
        Assert.All(["'a b' cannot be", "0 partitions", "Retention:Time is 00:00:03", "TopicRetention:t:Bytes is -1"], part => Assert.Contains(part, result.FailureMessage, StringComparison.Ordinal));
    }

    [Fact]
    public void AreValid_AsTheyCome() => Assert.True(new EmbeddedLogOptionsValidator().Validate(null, new EmbeddedLogOptions { Directory = "d" }).Succeeded);

    [Theory]
    [InlineData(null, 168, 6)]
    [InlineData(null, 2, 2)]
    [InlineData(48, 168, 48)]
    public void KeepATopicAsItWasDeclared_UnlessTheyAreConfigured(int? configuredHours, int usualHours, int expectedHours)
    {
        var options = new EmbeddedLogOptions { Retention = { Time = TimeSpan.FromHours(usualHours) } };
        if (configuredHours is { } hours) options.TopicRetention["t"] = new() { Time = TimeSpan.FromHours(hours) };
        EmbeddedTopics.Merge(options, [new TopicDeclaration("t"), new TopicDeclaration("t") { Retention = TimeSpan.FromHours(6) }, new TopicDeclaration("rules") { Retention = Timeout.InfiniteTimeSpan }]);
        Assert.Equal((TimeSpan.FromHours(expectedHours), null), (options.TopicRetention["t"].Time, options.TopicRetention["rules"].Time));
    }

    [Theory]
    [InlineData(8, 24)]
    [InlineData(4, 24)]
    [InlineData(1, 6)]
    public void EndsFilesByAgeWithinAQuarterOfTheRetention(int retentionDays, int expectedHours)
    {
        var options = new EmbeddedLogOptions();
        options.TopicRetention["t"] = new() { Time = TimeSpan.FromDays(retentionDays) };
        Assert.Equal(TimeSpan.FromHours(expectedHours), options.SegmentAgeOf("t"));
    }
}
