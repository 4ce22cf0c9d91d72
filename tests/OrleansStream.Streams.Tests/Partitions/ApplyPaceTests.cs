using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Tests.Partitions;

public sealed class ApplyPaceTests
{
    private readonly ApplyPace _pace = new(TimeSpan.FromMicroseconds(50));

    [Fact]
    public void StaysFast_WhenAThreadStoodStillNowAndThen()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(_pace.IsFast, $"after {i} batches");
            _pace.Took(i % 100 == 99 ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromMicroseconds(2), 1);
        }
    }

    /// <summary>More threads than cores: a third of the batches took as long as a thread's turn.</summary>
    [Fact]
    public void StaysFast_WhenTheMachineIsFull()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(_pace.IsFast, $"after {i} batches");
            _pace.Took(random.Next(3) == 0 ? TimeSpan.FromMilliseconds(4) : TimeSpan.FromMicroseconds(5), 1);
        }
    }

    [Fact]
    public void BecomesSlowSoon_WhenRulesAre()
    {
        for (int i = 0; i < 20; i++) _pace.Took(TimeSpan.FromMilliseconds(1), 1);
        Assert.False(_pace.IsFast);
    }

    [Fact]
    public void BecomesFastAgain_WhenRulesAre()
    {
        for (int i = 0; i < 1_000; i++) _pace.Took(TimeSpan.FromMilliseconds(1), 1);
        int batches = 0, here = 0;
        while (here < 100)
        {
            Assert.True(++batches < 5_000, "it stayed slow");
            if (!_pace.IsFast) continue;
            here++;
            _pace.Took(TimeSpan.FromMicroseconds(2), 1);
        }
    }

    [Fact]
    public void IsNever_WhenItIsSwitchedOff() => Assert.False(new ApplyPace(TimeSpan.Zero).IsFast);
}
