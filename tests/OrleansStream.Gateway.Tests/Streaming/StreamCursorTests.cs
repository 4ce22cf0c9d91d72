using OrleansStream.Gateway.Streaming;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Streaming;

public sealed class StreamCursorTests
{
    private const string Topic = "decisions";
    private readonly WatermarksOnly _log = new((10, 20), (0, 5));

    [Fact]
    public void StandsAtTheHighWatermarks_WhenItStartsAtTheEnd() => Assert.Equal("1-20-5", StreamCursor.AtEnd(_log, Topic).ToString());

    [Fact]
    public void StandsAtTheLowWatermarks_WhenItStartsAtTheStart() => Assert.Equal("1-10-0", StreamCursor.AtStart(_log, Topic).ToString());

    [Theory]
    [InlineData("1-10-0")]
    [InlineData("1-15-3")]
    [InlineData("1-20-5")]
    public void IsReadBack_WhenItLiesWithinTheLog(string text) => Assert.Equal(text, StreamCursor.Parse(text, _log, Topic)?.ToString());

    [Theory]
    [InlineData("1-9-0")]
    [InlineData("1-21-0")]
    [InlineData("1-20-6")]
    [InlineData("1-20")]
    [InlineData("1-20-5-0")]
    [InlineData("2-20-5")]
    [InlineData("1--20-5")]
    [InlineData("1-x-5")]
    [InlineData("1-20-+5")]
    [InlineData("1- 20-5")]
    [InlineData("")]
    public void IsNone_WhenTheTextIsForeignOrOutsideTheLog(string text) => Assert.Null(StreamCursor.Parse(text, _log, Topic));

    [Fact]
    public void NamesTheMovedPartition_WhenARecordWasSent()
    {
        var cursor = StreamCursor.AtStart(_log, Topic);
        cursor[0, 1] = 4;
        Assert.Equal("1-10-4", cursor.ToString());
    }

    /// <summary>A log of which only the watermarks matter.</summary>
    private sealed class WatermarksOnly(params (long Low, long High)[] partitions) : TopicsOnly(new Dictionary<string, int> { [Topic] = partitions.Length })
    {
        public override LogWatermarks Watermarks(TopicPartition partition) =>
            new(partitions[partition.Partition].Low, partitions[partition.Partition].High);
    }
}
