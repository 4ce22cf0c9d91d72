using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class DeduplicationIndexTests
{
    [Fact]
    public void AnswersTheFirstOffset_WhenAnIdentityComesAgain()
    {
        var index = new DeduplicationIndex(10);
        var identity = IdentityHash.Of("k", "s", "i");
        Assert.False(index.GetOrAdd(identity, 4, out long first));
        Assert.True(index.GetOrAdd(identity, 9, out long again));
        Assert.Equal((4, 4), (first, again));
    }

    [Fact]
    public void ForgetsTheOldestAdded_WhenItIsFull()
    {
        var index = new DeduplicationIndex(3);
        for (int i = 0; i < 3; i++) index.GetOrAdd(Hash(i), i, out _);
        index.GetOrAdd(Hash(0), 50, out _);
        index.GetOrAdd(Hash(3), 3, out _);
        index.Settle();
        Assert.True(index.GetOrAdd(Hash(1), 99, out _), "1 is among the newest three");
        Assert.True(index.GetOrAdd(Hash(2), 99, out _), "2 is among the newest three");
        Assert.True(index.GetOrAdd(Hash(3), 99, out _), "3 is among the newest three");
        Assert.False(index.GetOrAdd(Hash(0), 4, out _), "0 was the oldest, asked for again or not");
    }

    [Fact]
    public void StaysWithinItsCapacity_WhateverComes()
    {
        var index = new DeduplicationIndex(100);
        for (int i = 0; i < 1000; i++)
        {
            index.GetOrAdd(Hash(i % 333), i, out _);
            index.Settle();
            Assert.InRange(index.Count, 1, 100);
        }
        Assert.Equal(100, index.Count);
    }

    [Fact]
    public void ForgetsNothing_WhenWhatWasAddedIsTakenBack()
    {
        var index = new DeduplicationIndex(50);
        for (int i = 0; i < 50; i++) index.GetOrAdd(Hash(i), i, out _);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            for (int i = 0; i < 40; i++) index.GetOrAdd(Hash(1_000 + i), 50 + i, out _);
            index.RemoveNewest(40);
        }
        index.Settle();
        for (int i = 0; i < 50; i++) Assert.True(index.TryGet(Hash(i), out long offset) && offset == i, $"{i}");
        Assert.False(index.TryGet(Hash(1_000), out _));
    }

    /// <summary>Identities whose places collide, added, forgotten and taken back at random, against a dictionary.</summary>
    [Fact]
    public void HoldsWhatADictionaryHolds_WhenPlacesCollide()
    {
        var random = new Random(TestSeed.Next());
        var table = new IdentityTable();
        var model = new Dictionary<UInt128, long>();
        for (int step = 0; step < 50_000; step++)
        {
            var identity = new UInt128((ulong)random.Next(40), (ulong)random.Next(30) * (1UL << 20) + (ulong)random.Next(10));
            if (random.Next(5) < 3)
            {
                Assert.Equal(!model.TryAdd(identity, step), table.GetOrAdd(identity, step, out long offset));
                Assert.Equal(model[identity], offset);
            }
            else Assert.Equal(model.Remove(identity), table.Remove(identity));
            Assert.Equal(model.Count, table.Count);
        }
        foreach (var (identity, expected) in model) Assert.True(table.TryGet(identity, out long offset) && offset == expected);
    }

    [Fact]
    public void IsTheSame_OfARecordAndOfItsBytes()
    {
        foreach (var headers in new KeyValuePair<string, string>[][] { [], [new("a", "b")], [new("redriveOf", "events:1:7"), new("redriveOf", "x")], [new("redriveOf", "")] })
        {
            var record = new LogRecord { Key = "ключ", Source = "s\ud800", Id = new string('i', 2_000), Headers = headers, Value = new byte[] { 1, 2 } };
            byte[] bytes = new byte[LogRecordCodec.MaxLength(record)];
            int length = LogRecordCodec.Encode(record, 12, bytes);
            Assert.Equal(IdentityHash.Of(record), IdentityHash.Of(LogRecordCodec.ReadIdentity(bytes.AsSpan(0, length))));
        }
    }

    [Theory]
    [InlineData("a|s|i", "b|s|i")]
    [InlineData("k|a|i", "k|b|i")]
    [InlineData("k|s|a", "k|s|b")]
    [InlineData("ab||", "a|b|")]
    [InlineData("a|b|", "a||b")]
    [InlineData("|ab|", "||ab")]
    [InlineData("a\u00ff|b|c", "a|\u00ffb|c")]
    [InlineData("ÿ||", "|ÿ|")]
    [InlineData("a\0|b|c", "a|\0b|c")]
    public void AreDistinct_WhenAnyPartOrItsBorderDiffers(string one, string other) => Assert.NotEqual(Hash(one), Hash(other));

    [Fact]
    public void AreDistinct_WhenTextsAreLong()
    {
        string longText = new('€', 5_000);
        Assert.Equal(IdentityHash.Of(longText, "s", "i"), IdentityHash.Of(longText, "s", "i"));
        Assert.NotEqual(IdentityHash.Of(longText, "s", "i"), IdentityHash.Of(longText + "€", "s", "i"));
    }

    private static UInt128 Hash(int id) => IdentityHash.Of("k", "s", $"{id}");

    private static UInt128 Hash(string parts)
    {
        string[] p = parts.Split('|');
        return IdentityHash.Of(p[0], p[1], p[2]);
    }
}
