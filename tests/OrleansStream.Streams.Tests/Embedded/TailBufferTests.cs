using CsCheck;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class TailBufferTests
{
    [Fact]
    public void IsBeyondEverything_WhenItIsEmpty() => Assert.Equal(long.MaxValue, new TailBuffer(10, 1000, keep: 10).First);

    [Fact]
    public void HoldsTheRecord_WhenItAloneIsLargerThanTheBound()
    {
        var tail = new TailBuffer(10, 1000, keep: 10);
        tail.Add(Records.At(0));
        tail.Add(Records.At(1, valueBytes: 5_000));
        Assert.Equal(1, tail.First);
        tail.Add(Records.At(2));
        Assert.Equal(2, tail.First);
    }

    [Fact]
    public void GivesOne_WhenTheFirstIsLargerThanTheReadersLimit()
    {
        var tail = new TailBuffer(10, 10_000, keep: 10);
        tail.Add(Records.At(0, valueBytes: 500));
        tail.Add(Records.At(1, valueBytes: 500));
        Assert.Equal([0], Copy(tail, 0, 10, 1));
    }

    [Fact]
    public void ForgetsWhatAllReadersHaveTaken_ButForTheLastFew()
    {
        var tail = new TailBuffer(100, 1 << 20, keep: 3);
        TailReader slow = new(), fast = new();
        for (int offset = 0; offset < 10; offset++) tail.Add(Records.At(offset));
        tail.Place(slow, 4);
        tail.Place(fast, 9);
        tail.Settle();
        Assert.Equal(4, tail.First);
        tail.Place(slow, 8);
        tail.Settle();
        Assert.Equal(7, tail.First);
        tail.Leave(slow);
        tail.Leave(fast);
        tail.Settle();
        Assert.Equal(7, tail.First);
    }

    [Fact]
    public void DoesNotWait_ForAReaderWhoseRecordsHadToGo()
    {
        var tail = new TailBuffer(5, 1 << 20, keep: 1);
        TailReader lost = new(), near = new();
        tail.Place(lost, 0);
        for (int offset = 0; offset < 10; offset++) tail.Add(Records.At(offset));
        tail.Place(near, 8);
        tail.Settle();
        Assert.Equal(8, tail.First);
        Assert.False(lost.IsHere);
        tail.Place(lost, 9);
        tail.Place(near, 10);
        tail.Settle();
        Assert.Equal(9, tail.First);
    }

    /// <summary>Any sizes, any bounds: what is held is the longest suffix within both bounds, and every offset of it can be copied.</summary>
    [Fact]
    public void EqualsASuffixOfAList_WhateverIsAdded() =>
        (from maxRecords in Gen.OneOf(Gen.Int[1, 5], Gen.Int[1000, 3000])
         from maxBytes in Gen.Int[1, 400_000]
         from sizes in Gen.Int[0, 3_000].Array[1, 2_500]
         from copy in Gen.Select(Gen.Int[1, 200], Gen.Int[1, 50_000])
         select (maxRecords, maxBytes, sizes, copy)).Sample(
            t =>
            {
                var (maxRecords, maxBytes, sizes, (max, bytes)) = t;
                var tail = new TailBuffer(maxRecords, maxBytes, keep: 0);
                var all = new List<LogRecord>();
                foreach (int size in sizes)
                {
                    all.Add(Records.At(all.Count, valueBytes: size));
                    tail.Add(all[^1]);
                }
                int first = all.Count - 1;
                for (long held = all[first].Size; first > 0 && all.Count - first < maxRecords && (held += all[first - 1].Size) <= maxBytes;) first--;
                Assert.True(first == tail.First, $"first held {tail.First}, expected {first} of {all.Count}");
                for (int offset = first; offset < all.Count; offset += 1 + (all.Count - first) / 50)
                {
                    var expected = new List<long>();
                    long left = bytes;
                    for (int i = offset; i < all.Count && expected.Count < max; i++)
                    {
                        left -= all[i].Size;
                        if (left < 0 && expected.Count > 0) break;
                        expected.Add(i);
                    }
                    Assert.Equal(expected, Copy(tail, offset, max, bytes));
                }
                Assert.Empty(Copy(tail, all.Count, max, bytes));
            }, iter: 60);

    private static List<long> Copy(TailBuffer tail, long offset, int max, long bytes)
    {
        var target = new List<LogRecord>();
        tail.CopyTo(target, offset, max, bytes);
        return target.ConvertAll(r => r.Offset);
    }
}
