using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Demo;

namespace OrleansStream.Gateway.Tests.Demo;

public sealed class DemoPaceTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.7)]
    [InlineData(50)]
    [InlineData(333)]
    [InlineData(5_000)]
    public void KeepsItsRate_WhenItIsAskedInTime(double perSecond)
    {
        var pace = new DemoPace(perSecond, Tick, _time);
        long taken = 0;
        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromSeconds(60); elapsed += pace.Pause)
        {
            _time.Advance(pace.Pause);
            taken += pace.Take();
        }
        Assert.InRange(taken, perSecond * 60 * 0.98 - 1, perSecond * 60 * 1.02 + 1);
    }

    [Fact]
    public void DoesNotCatchUp_WhenItWasHeldUp()
    {
        var pace = new DemoPace(1_000, Tick, _time);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(20, pace.Take());
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(500, pace.Take());
    }

    [Fact]
    public void LooksUpEverySecond_WhenEventsAreRare()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), new DemoPace(0.1, Tick, _time).Pause);
    }
}
