using OrleansStream.Streams.Kafka.Reading;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka.Reading;

/// <summary>
/// What was read of a partition, with gaps as compaction and transactions leave them. The mock cluster compacts nothing and knows no transactions; on real brokers
/// <see cref="KafkaGapTests"/> has gaps of theirs.
/// </summary>
public sealed class RecordRingTests
{
    [Fact]
    public void GoesOnBehindTheGap_WhenOffsetsAreMissing()
    {
        var ring = Ring(16, 3, 4, 9, 20);
        Assert.Equal("3 4 9 20, then 21", Copy(ring, 0, 10));
        Assert.Equal("9, then 20", Copy(ring, 5, 1));
        Assert.Equal("20, then 21", Copy(ring, 10, 10));
    }

    /// <summary>The end of a partition that was compacted away, or holds a transaction's marker: there is nothing up to it, and a reader is told so.</summary>
    [Fact]
    public void EndsAtTheEnd_WhenNothingIsLeftBeforeIt()
    {
        var ring = Ring(16, 3);
        ring.SkipTo(10);
        Assert.Equal("3, then 10", Copy(ring, 0, 10));
        Assert.Equal(", then 10", Copy(ring, 4, 10));
        ring.SkipTo(7);
        Assert.Equal(10, ring.Next);
    }

    [Fact]
    public void ForgetsWhatWasTaken_ButForTheNewest()
    {
        var ring = Ring(16, 3, 4, 9, 20, 21);
        ring.Forget(9, keep: 1);
        Assert.Equal((5, 22, 3), (ring.From, ring.Next, ring.Count));
        ring.Forget(long.MaxValue, keep: 2);
        Assert.Equal("20 21, then 22", Copy(ring, 0, 10));
        ring.Forget(long.MaxValue, keep: 0);
        Assert.Equal((22, 22, 0), (ring.From, ring.Next, ring.Count));
        Assert.Equal(", then 22", Copy(ring, 22, 10));
    }

    [Fact]
    public void SaysWhereItBegins_WhenTheOldestHadToGo()
    {
        var ring = Ring(2, 3, 9, 20);
        Assert.Equal((4, 21, 2), (ring.From, ring.Next, ring.Count));
        Assert.Equal("9 20, then 21", Copy(ring, 4, 10));
    }

    private static RecordRing Ring(int most, params long[] offsets)
    {
        var ring = new RecordRing(0, most, 1 << 20);
        foreach (long offset in offsets) ring.Add(Records.At(offset));
        return ring;
    }

    private static string Copy(RecordRing ring, long from, int max)
    {
        var records = new List<LogRecord>();
        long next = ring.CopyTo(records, from, max, 1 << 20);
        return $"{string.Join(' ', records.Select(r => r.Offset))}, then {next}";
    }
}
