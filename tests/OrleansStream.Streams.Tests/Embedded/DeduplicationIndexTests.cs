using OrleansStream.Streams.Embedded;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class DeduplicationIndexTests
{
    [Fact]
    public void AnswersTheFirstOffset_WhenAnIdentityComesAgain()
    {
        var index = new DeduplicationIndex(10);
        var identity = DeduplicationIndex.Hash("k", "s", "i");
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
            Assert.InRange(index.Count, 1, 100);
        }
        Assert.Equal(100, index.Count);
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
        Assert.Equal(DeduplicationIndex.Hash(longText, "s", "i"), DeduplicationIndex.Hash(longText, "s", "i"));
        Assert.NotEqual(DeduplicationIndex.Hash(longText, "s", "i"), DeduplicationIndex.Hash(longText + "€", "s", "i"));
    }

    private static UInt128 Hash(int id) => DeduplicationIndex.Hash("k", "s", $"{id}");

    private static UInt128 Hash(string parts)
    {
        string[] p = parts.Split('|');
        return DeduplicationIndex.Hash(p[0], p[1], p[2]);
    }
}
