using System.Text;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Log;

public sealed class Murmur2PartitionerTests
{
    // The vectors of Kafka's UtilsTest#testMurmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void EqualsTheJavaClients_WhenAKnownKeyIsHashed(string key, int expected) =>
        Assert.Equal(expected, (int)Murmur2Partitioner.Hash(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("foobar", 10, (-790332482 & 0x7fffffff) % 10)]
    [InlineData("abc", 7, 479470107 % 7)]
    [InlineData("21", 1, 0)]
    public void ClearsTheSignAndTakesTheRemainder_WhenAPartitionIsChosen(string key, int partitions, int expected) =>
        Assert.Equal(expected, Murmur2Partitioner.Partition(key, partitions));

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("ключ-🔑")]
    public void StaysInRange_WhateverTheKeyAndCount(string stem)
    {
        for (int partitions = 1; partitions <= 257; partitions++)
            for (int repeat = 1; repeat <= 301; repeat += 100)
            {
                string key = string.Concat(Enumerable.Repeat(stem, repeat));
                Assert.InRange(Murmur2Partitioner.Partition(key, partitions), 0, partitions - 1);
            }
    }

    [Fact]
    public void SpreadsEvenly_WhenKeysAreNumbered()
    {
        const int partitions = 16, keys = 64_000;
        var counts = new int[partitions];
        for (int i = 0; i < keys; i++) counts[Murmur2Partitioner.Partition($"card-{i}", partitions)]++;
        Assert.All(counts, (count, partition) =>
            Assert.True(count is > keys / partitions * 9 / 10 and < keys / partitions * 11 / 10, $"Partition {partition} has {count} of {keys} keys."));
    }
}
