using CsCheck;
using OrleansStream.Streams.Embedded.Segments;

namespace OrleansStream.Streams.Tests.Embedded.Segments;

public sealed class OffsetIndexTests
{
    private const int Near = (64 << 10) + (20 << 10);

    [Fact]
    public void HasNoPosition_WhenItIsEmpty()
    {
        var index = new OffsetIndex();
        Assert.Equal((-1, -1, long.MinValue), (index.PositionOf(5), index.PositionOfTime(5), index.NewestTicks));
    }

    /// <summary>Blocks of any size and slightly disordered times: what is found lies at or before the place looked for, and near it.</summary>
    [Fact]
    public void IsAtOrBeforeAndNear_WhateverIsLookedFor() =>
        (from first in Gen.Long[0, 1_000]
         from blocks in Gen.Select(Gen.Int[1, 20 << 10], Gen.Int[1, 50], Gen.Int[0, 200]).Array[1, 300]
         select (first, blocks)).Sample(
            t =>
            {
                var index = new OffsetIndex();
                var all = new List<(long Offset, long Position, long Ticks)>();
                long offset = t.first, position = 80, time = 0;
                foreach (var (bytes, records, late) in t.blocks)
                {
                    time += 50;
                    all.Add((offset, position, time - late));
                    index.Add(offset, position, time - late);
                    (offset, position) = (offset + records, position + bytes);
                }
                foreach (var block in all)
                {
                    Assert.InRange(index.PositionOf(block.Offset), block.Position - Near, block.Position);
                    long found = index.PositionOfTime(block.Ticks), right = all.Find(b => b.Ticks >= block.Ticks).Position;
                    Assert.True(found <= right && found > right - Near, $"time {block.Ticks}: found {found}, the first block is at {right}");
                }
                Assert.Equal(80, index.PositionOf(t.first - 1));
                Assert.Equal(-1, index.PositionOfTime(all.Max(b => b.Ticks) + 1));
                Assert.Equal(all.Max(b => b.Ticks), index.NewestTicks);
            }, iter: 200);
}
