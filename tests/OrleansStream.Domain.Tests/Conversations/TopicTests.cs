namespace OrleansStream.Domain.Tests.Conversations;

public sealed class TopicTests
{
    [Theory]
    [InlineData("u: hi, buy 3 movie tickets for tomorrow", "movie tickets", 0)]
    [InlineData("u: hi, buy 3 movie tickets|u: actually make it 5", "movie tickets", 0)]
    [InlineData("u: hi, buy 3 movie tickets|a: Which theater?|u: by the way, does your hotel have a swimming pool?", "hotel pool", 1)]
    [InlineData("u: hi, buy 3 movie tickets|u: does the hotel have parking?|u: and the hotel pool, how warm?", "hotel pool", 1)]
    [InlineData("u: hi, buy 3 movie tickets|u: does the hotel have parking?|u: two tickets then", "movie tickets", 0)]
    [InlineData("u: ok thanks", null, 0)]
    public void IsWhatIsSaidMostAndLast(string lines, string? label, int shifts)
    {
        var topic = Talk.Of(lines.Split('|')).After.Topic;
        Assert.Equal((label, shifts), (topic.Label, topic.Shifts));
        if (shifts > 0) Assert.Equal("movie tickets", topic.Previous);
    }
}
