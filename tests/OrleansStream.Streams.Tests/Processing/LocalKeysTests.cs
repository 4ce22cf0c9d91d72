using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Processing;

public sealed class LocalKeysTests
{
    private const int Max = 100;
    private readonly LocalKeys _keys = new(Max);
    private readonly List<FakeKey> _retired = [];

    [Fact]
    public void RetiresNone_WhileThereIsRoom()
    {
        for (int i = 0; i < Max; i++) Open(i);
        Assert.Empty(_retired);
        Assert.Equal(Max, _keys.Count);
    }

    [Fact]
    public void StaysWithinItsBound_WhenKeysComeAndAreUsedOnce()
    {
        for (int i = 0; i < 50 * Max; i++)
        {
            Open(i);
            Assert.InRange(_keys.Count, 0, 2 * Max);
        }
        Assert.InRange(_keys.Count, Max / 2, Max + 1);
    }

    [Fact]
    public void KeepsTheKeysInUse_WhenManyOthersPassBy()
    {
        var used = Enumerable.Range(0, Max / 2).Select(Open).ToList();
        for (int i = Max; i < 20 * Max; i++)
        {
            used.ForEach(key => key.IsTouched = true);
            Open(i);
        }
        Assert.DoesNotContain(used, _retired.Contains);
    }

    [Fact]
    public void FindsTheLatestActivation_WhenAnEarlierOneClosesAfterItsSuccessorOpened()
    {
        var (first, second) = (Open(1), Open(1));
        _keys.Close("1", first);
        Assert.Same(second, _keys.Find("1"));
        _keys.Close("1", second);
        Assert.Null(_keys.Find("1"));
    }

    private FakeKey Open(int name)
    {
        var key = new FakeKey($"{name}", this) { IsTouched = true };
        _keys.Open($"{name}", key);
        return key;
    }

    private sealed class FakeKey(string name, LocalKeysTests test) : ILocalKey
    {
        public bool IsTouched { get; set; }

        public bool TryApply(KeyBatch batch, out EpochToken epoch) => throw new NotSupportedException();

        public void Retire()
        {
            test._retired.Add(this);
            test._keys.Close(name, this);
        }
    }
}
