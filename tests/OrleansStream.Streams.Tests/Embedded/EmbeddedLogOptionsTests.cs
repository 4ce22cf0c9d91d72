using OrleansStream.Streams.Embedded;

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
