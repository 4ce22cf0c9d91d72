using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Log;

public sealed class PositionTests
{
    [Theory]
    [InlineData("transactions", 3, 1842)]
    [InlineData("a", 0, 0)]
    [InlineData("dead-letters", int.MaxValue, long.MaxValue)]
    public void IsReadBack_WhenItWasWritten(string topic, int partition, long offset)
    {
        var position = new Position(topic, partition, offset);
        Assert.True(Position.TryParse(position.ToString(), out var read));
        Assert.Equal(position, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("transactions")]
    [InlineData("transactions:3")]
    [InlineData(":3:4")]
    [InlineData("t:3:4:5")]
    [InlineData("t:-1:4")]
    [InlineData("t:3:-4")]
    [InlineData("t:+3:4")]
    [InlineData("t: 3:4")]
    [InlineData("t:3:4.0")]
    [InlineData("t:x:4")]
    [InlineData("t:3:")]
    [InlineData("t:2147483648:4")]
    [InlineData("t:3:9223372036854775808")]
    public void IsRefused_WhenTheTextIsSomethingElse(string? text) => Assert.False(Position.TryParse(text, out _));

    [Theory]
    [InlineData("transactions", 0)]
    [InlineData("a/b", 12)]
    public void PartitionIsReadBack_WhenItWasWritten(string topic, int partition)
    {
        var id = new TopicPartition(topic, partition);
        Assert.Equal(id, TopicPartition.Parse(id.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("topic")]
    [InlineData("/1")]
    [InlineData("topic/")]
    [InlineData("topic/x")]
    [InlineData("topic/-1")]
    [InlineData("topic/ 1")]
    [InlineData("topic/+1")]
    [InlineData("topic/2147483648")]
    public void PartitionIsRefused_WhenTheTextIsSomethingElse(string text)
    {
        var error = Assert.Throws<FormatException>(() => TopicPartition.Parse(text));
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
    }
}
