using OrleansStream.Streams.Embedded;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class OffsetIndexTests
{
    [Fact]
    public void StartsAtTheLogsBegin_WhenItIsEmpty()
    {
        var index = new OffsetIndex();
        Assert.Equal((0, 0), (index.First, index.AtOrBefore(5)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    public void IsAtOrBeforeAndNear_WhateverTheOffset(int first)
    {
        var index = new OffsetIndex();
        for (int offset = first; offset < first + 2_000; offset++) index.Add(offset, Address(offset));
        Assert.Equal(first, index.First);
        for (int offset = first; offset < first + 2_100; offset++)
        {
            long at = (index.AtOrBefore(offset) - 64) / 10;
            Assert.True(at <= offset && at >= first && offset - at < 128 + 100, $"asked for {offset}, got {at}");
        }
    }

    [Fact]
    public void StartsAtTheLogsBegin_WhenTheOffsetIsBeforeTheFirst()
    {
        var index = new OffsetIndex();
        index.Add(300, Address(300));
        Assert.Equal(0, index.AtOrBefore(299));
    }

    private static long Address(long offset) => 64 + 10 * offset;
}
