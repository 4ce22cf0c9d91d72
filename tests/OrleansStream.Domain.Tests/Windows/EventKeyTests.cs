using System.IO.Hashing;
using System.Text;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Tests.Windows;

public sealed class EventKeyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ComesByTimeAndThenByHash()
    {
        EventKey early = new(1, 9), late = new(2, 3), lateToo = new(2, 4), same = new(2, 3);
        Assert.Equal([early, late, lateToo], new[] { lateToo, early, late }.Order());
        Assert.Equal([true, true, false], new[] { early < late, late < lateToo, late < same });
        Assert.Equal([true, true, false], new[] { late > early, lateToo > late, late > same });
        Assert.Equal([true, true, false], new[] { early <= late, late <= same, late <= early });
        Assert.Equal([true, true, false], new[] { late >= early, late >= same, early >= late });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(85)]
    [InlineData(86)]
    [InlineData(5_000)]
    public void HashesTheWholeId_HoweverLong(int length)
    {
        string id = new string('é', length) + "x";
        Assert.Equal(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id)), EventKey.For(Noon, id).IdHash);
        Assert.NotEqual(EventKey.For(Noon, id), EventKey.For(Noon, id + "x"));
    }

    [Fact]
    public void IsOfTheMoment_WhateverTheOffset()
    {
        var key = EventKey.For(Noon.ToOffset(TimeSpan.FromHours(5)), "a");
        Assert.Equal(EventKey.For(Noon, "a"), key);
        Assert.Equal(Noon, key.Time);
    }

    [Fact]
    public void RefusesAnIdThatIsNone() => Assert.Throws<ArgumentNullException>(() => EventKey.For(Noon, null!));
}
