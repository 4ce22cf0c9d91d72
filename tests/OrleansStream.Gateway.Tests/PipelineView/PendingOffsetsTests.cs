using OrleansStream.Gateway.Pipeline.Counts;

namespace OrleansStream.Gateway.Tests.PipelineView;

public sealed class PendingOffsetsTests
{
    private readonly PendingOffsets _pending = new();

    [Fact]
    public void GivesTheTimeOfHandIn_WhenARecordIsProcessed()
    {
        _pending.Receive(5, 100);
        Assert.Equal(1, _pending.Count);
        Assert.Equal(100, _pending.Complete(5));
        Assert.Equal(0, _pending.Count);
    }

    [Fact]
    public void CountsOnce_WhenARecordHasSeveralOutputs()
    {
        _pending.Receive(5, 100);
        _pending.Receive(6, 200);
        _pending.Complete(5);
        Assert.Equal(0, _pending.Complete(5));
        Assert.Equal(1, _pending.Count);
    }

    [Fact]
    public void IsNotPending_WhenItsOutputIsReadFirst()
    {
        Assert.Equal(0, _pending.Complete(5));
        Assert.Equal(100, _pending.Receive(5, 100));
        Assert.Equal(0, _pending.Count);
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(4096, 5904)]
    [InlineData(5000, 5000)]
    [InlineData(10_000, 0)]
    public void ForgetsWhatIsCommitted_WhenItAdvances(long committed, long left)
    {
        int count = committed == 3 ? 10 : 10_000;
        for (int offset = 0; offset < count; offset++) _pending.Receive(offset, 100);
        _pending.Advance(committed);
        Assert.Equal(left, _pending.Count);
        Assert.Equal(0, _pending.Complete(committed - 1));
        Assert.Equal(left, _pending.Count);
        _pending.Receive(0, 100);
        Assert.Equal(left, _pending.Count);
    }

    [Fact]
    public void HasNoLatency_WhenARestartOnlyAssumesIt()
    {
        _pending.Assume(10, 20);
        Assert.Equal(10, _pending.Count);
        Assert.Equal(0, _pending.Complete(12));
        Assert.Equal(9, _pending.Count);
        _pending.Advance(20);
        Assert.Equal(0, _pending.Count);
    }
}
