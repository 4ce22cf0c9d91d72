using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Tests.Partitions;

public sealed class KeyLanesTests
{
    private const int MaxIdle = 100;
    private readonly HotKeys _hotKeys = new(8);
    private readonly KeyLanes _lanes;

    public KeyLanesTests() => _lanes = new KeyLanes(MaxIdle, _hotKeys);

    [Fact]
    public void KeepsALane_WhileThereIsRoom()
    {
        var lane = Use("a");
        for (int i = 0; i < MaxIdle - 1; i++) Use($"k{i}");
        Assert.Same(lane, _lanes.Of("a"));
    }

    [Fact]
    public void StaysWithinItsBound_WhenKeysComeOnce()
    {
        for (int i = 0; i < 50 * MaxIdle; i++) Use($"k{i}");
        Assert.InRange(_lanes.Count, 1, 2 * MaxIdle);
    }

    [Fact]
    public void KeepsLanesInUse_WhenManyOthersPassBy()
    {
        var used = Enumerable.Range(0, MaxIdle / 2).ToDictionary(i => $"used{i}", i => Use($"used{i}"));
        for (int i = 0; i < 20 * MaxIdle; i++)
        {
            foreach (string key in used.Keys) Use(key);
            Use($"k{i}");
        }
        Assert.All(used, u => Assert.Same(u.Value, _lanes.Of(u.Key)));
    }

    [Fact]
    public void ForgetsNoLane_ThatHasRecordsOrACallUnderWay()
    {
        var waiting = _lanes.Of("waiting");
        waiting.Add(Records.At(1));
        var called = Use("called");
        called.Scheduled = true;
        for (int i = 0; i < 20 * MaxIdle; i++) Use($"k{i}");
        Assert.Same(waiting, _lanes.Of("waiting"));
        Assert.Same(called, _lanes.Of("called"));
    }

    [Fact]
    public void TellsOfEveryRecord_WhenSomebodyAsks()
    {
        for (int i = 0; i < 37; i++) Use("hot");
        Use("cold");
        _lanes.Tell();
        Assert.Equal([("hot", 37), ("cold", 1)], _hotKeys.Top(10).Select(k => (k.Key, (int)k.Records)));
    }

    private KeyLane Use(string key)
    {
        var lane = _lanes.Of(key);
        _lanes.Sent(lane, 1);
        return lane;
    }
}
