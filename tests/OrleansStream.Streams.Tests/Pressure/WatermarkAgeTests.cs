using OrleansStream.Streams.Pressure;

namespace OrleansStream.Streams.Tests.Pressure;

public sealed class WatermarkAgeTests
{
    private readonly WatermarkAge _age = new();

    [Fact]
    public void IsZero_WhenEverythingIsCommitted()
    {
        Assert.Equal(0, At(0, committed: 0, high: 0));
        Assert.Equal(0, At(1, committed: 5, high: 5));
    }

    [Fact]
    public void GrowsWithTime_WhileARecordWaits()
    {
        At(0, committed: 0, high: 1);
        Assert.Equal(30, At(30, committed: 0, high: 1));
    }

    [Fact]
    public void IsThatOfTheOldestLeft_WhenSomeAreCommitted()
    {
        At(0, committed: 0, high: 10);
        At(10, committed: 0, high: 20);
        At(20, committed: 0, high: 30);
        Assert.Equal(15, At(25, committed: 10, high: 30));
        Assert.Equal(15, At(25, committed: 19, high: 30));
        Assert.Equal(5, At(25, committed: 20, high: 30));
        Assert.Equal(0, At(25, committed: 30, high: 30));
    }

    [Fact]
    public void KeepsTheOldest_WhenThereAreMoreSamplesThanItHolds()
    {
        for (int second = 0; second < 100_000; second++) At(second, committed: 0, high: second + 1);
        Assert.Equal(100_000, At(100_000, committed: 0, high: 100_000));
    }

    private double At(int second, long committed, long high) => _age.Of(committed, high, Records.Time.AddSeconds(second)).TotalSeconds;
}
