using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Tests.Partitions;

public sealed class KeyLaneTests
{
    private readonly KeyLane _lane = new("k");

    [Fact]
    public void GivesTheOldest_WhenMoreWaitThanACallTakes()
    {
        Add(1, 2, 3, 4, 5);
        Assert.Equal([1, 2, 3], Take(3));
        Assert.Equal([4, 5], Take(3));
    }

    [Fact]
    public void StartsAgainFromTheOldestFailed_WhenSeveralCallsFailed()
    {
        Add(1, 2, 3, 4, 5, 6);
        var first = _lane.Take(2).Records;
        var second = _lane.Take(2).Records;
        _lane.Fail(second);
        _lane.Fail(first);
        Add(7);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Take(10));
    }

    [Fact]
    public void Stops_WhenACallFailedAndAnotherIsUnconfirmed()
    {
        Add(1, 2, 3);
        _lane.Take(1);
        _lane.Expect();
        _lane.Fail(_lane.Take(1).Records);
        Assert.False(_lane.CanDispatch);
        _lane.Settle();
        Assert.True(_lane.CanDispatch);
    }

    [Fact]
    public void GoesOn_WhenCallsAreUnconfirmedAndNoneFailed()
    {
        Add(1, 2);
        _lane.Take(1);
        _lane.Expect();
        Assert.True(_lane.CanDispatch);
    }

    [Fact]
    public void StandsStill_UntilWhatWasLostIsReadAgain()
    {
        Add(1, 2);
        var taken = _lane.Take(1).Records;
        _lane.Expect();
        _lane.Stop();
        Assert.False(_lane.CanDispatch);
        _lane.Fail(taken);
        _lane.Settle();
        Assert.Equal([1, 2], Take(10));
        Assert.True(_lane.IsIdle);
    }

    [Fact]
    public void GoesOnWithWhatWaits_WhenWhatWasLostIsNotInTheLogAnyMore()
    {
        Add(1, 2);
        _lane.Take(1);
        _lane.Expect();
        _lane.Stop();
        _lane.Fail([]);
        _lane.Settle();
        Assert.True(_lane.CanDispatch);
        Assert.Equal([2], Take(10));
        Assert.True(_lane.IsIdle);
    }

    [Fact]
    public void DispatchesOnce_WhenItIsScheduledAlready()
    {
        Add(1);
        _lane.Scheduled = true;
        Assert.False(_lane.CanDispatch);
    }

    [Fact]
    public void NamesTheRecordBefore_OnlyWhileItIsNotKnownToBeDurable()
    {
        Add(3, 5, 9);
        Assert.Equal(-1, _lane.Take(1).Previous);
        _lane.Expect();
        Assert.Equal(3, _lane.Take(1).Previous);
        _lane.Settle();
        Assert.Equal(-1, _lane.Take(1).Previous);
    }

    [Fact]
    public void IsIdle_OnlyWhenNothingWaitsIsCalledFailedOrUnconfirmed()
    {
        Assert.True(_lane.IsIdle, "new");
        Add(1);
        Assert.False(_lane.IsIdle, "waiting");
        var taken = _lane.Take(1).Records;
        _lane.Scheduled = true;
        Assert.False(_lane.IsIdle, "called");
        _lane.Scheduled = false;
        _lane.Expect();
        Assert.False(_lane.IsIdle, "unconfirmed");
        _lane.Settle();
        _lane.Fail(taken);
        Assert.False(_lane.IsIdle, "failed");
        _lane.Take(1);
        Assert.True(_lane.IsIdle, "done");
    }

    private void Add(params long[] offsets)
    {
        foreach (long offset in offsets) _lane.Add(Records.At(offset));
    }

    private IEnumerable<long> Take(int max) => _lane.Take(max).Records.Select(r => r.Offset);
}
