using OrleansStream.Gateway.Processors;

namespace OrleansStream.Gateway.Tests.Processors;

public sealed class OutputListStartTests
{
    [Theory]
    [InlineData(null, null, -1)]
    [InlineData("", "", -1)]
    [InlineData("transactions:3:7", null, 7)]
    [InlineData(null, "transactions:3:7", 7)]
    [InlineData("transactions:3:7", "transactions:3:5", 5)]
    [InlineData("transactions:3:5", "transactions:3:7", 5)]
    [InlineData("2026-11-22T10:00:00Z", "transactions:3:7", 7)]
    public void StartsBeforeTheOlderPosition_WhenGiven(string? before, string? cursor, long offset) =>
        Assert.Equal(offset, OutputListStart.Parse("transactions", before, cursor)?.BeforeOffset);

    [Theory]
    [InlineData("2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22T10:00:00.0000000Z")]
    [InlineData("2026-11-22T11:00:00+01:00")]
    [InlineData("2026-11-22T11:00:00 01:00")]
    [InlineData("2026-11-22T05:00:00.0-05:00")]
    public void StartsBeforeTheTime_WhenBeforeIs(string before) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), OutputListStart.Parse("transactions", before, null)?.BeforeTime);

    [Theory]
    [InlineData("5", null)]
    [InlineData("2026-11-22T10:00:00", null)]
    [InlineData("11/22/2026 10:00:00 +00:00", null)]
    [InlineData("decisions:0:1", null)]
    [InlineData(null, "2026-11-22T10:00:00Z")]
    [InlineData("transactions:3:7", "x")]
    public void IsNone_WhenGiven(string? before, string? cursor) => Assert.Null(OutputListStart.Parse("transactions", before, cursor));
}
