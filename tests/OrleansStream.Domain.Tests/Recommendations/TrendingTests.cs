using CsCheck;
using OrleansStream.Domain.Recommendations;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class TrendingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void CountsHalf_WhenAHalfLifeHasPassed()
    {
        var trending = new Trending();
        trending.Add("shoe", null, Noon);
        trending.Add("shoe", null, Noon);
        Assert.Equal(2, trending.Top(null, Noon, 1)[0].Score, 6);
        Assert.Equal(1, trending.Top(null, Noon.AddHours(6), 1)[0].Score, 6);
    }

    [Fact]
    public void PutsTheRecentFirst_WhenBothWereLookedAtAsOften()
    {
        var trending = new Trending();
        trending.Add("new", "a", Noon);
        trending.Add("old", "a", Noon.AddHours(-1));
        Assert.Equal(["new", "old"], trending.Top("a", Noon, 10).Select(t => t.Item));
        Assert.Empty(trending.Top("b", Noon, 10));
    }

    [Fact]
    public void StaysFinite_WhenTimesAreFarApart()
    {
        var trending = new Trending();
        trending.Add("first", null, DateTimeOffset.MinValue);
        trending.Add("last", null, DateTimeOffset.MaxValue);
        trending.Add("first", null, Noon);
        Assert.Equal(["last", "first"], trending.Top(null, Noon, 10).Select(t => t.Item));
        Assert.All(trending.Top(null, Noon, 10), t => Assert.True(double.IsFinite(t.Score)));
    }

    [Fact]
    public void ListsAlike_WhateverTheOrder() => Gen.Select(Gen.Int[0, 20], Gen.Int[0, 100_000]).Array[1, 60].Sample(events =>
    {
        var (forward, backward) = (new Trending(), new Trending());
        foreach (var (item, seconds) in events) forward.Add($"item-{item}", $"c-{item % 3}", Noon.AddSeconds(seconds));
        foreach (var (item, seconds) in events.Reverse()) backward.Add($"item-{item}", $"c-{item % 3}", Noon.AddSeconds(seconds));
        var (left, right) = (Scores(forward, "c-1"), Scores(backward, "c-1"));
        return left.Count == right.Count && left.All(l => Math.Abs(l.Value - right[l.Key]) <= 1e-9 * l.Value);
    });

    [Fact]
    public void ListsAlike_WhenItWasStoredAndRead() => Gen.Select(Gen.Int[0, 20], Gen.Int[0, 100_000]).Array[1, 60].Sample(events =>
    {
        var (trending, restored) = (new Trending(), new Trending());
        foreach (var (item, seconds) in events) trending.Add($"item-{item}", item % 2 == 0 ? null : "odd", Noon.AddSeconds(seconds));
        foreach (byte[] piece in trending.Save()) restored.Load(piece);
        return trending.Top(null, Noon, 100).SequenceEqual(restored.Top(null, Noon, 100)) && trending.Top("odd", Noon, 100).SequenceEqual(restored.Top("odd", Noon, 100));
    });

    [Fact]
    public void ForgetsTheLeastTrending_WhenThereAreTooMany()
    {
        var trending = new Trending();
        for (int i = 0; i <= Trending.MaxItems; i++) trending.Add($"item-{i}", "all", Noon.AddSeconds(i));
        Assert.InRange(trending.Count, Trending.MaxItems / 2, Trending.MaxItems);
        Assert.Equal($"item-{Trending.MaxItems}", trending.Top("all", Noon, 1)[0].Item);
    }

    private static Dictionary<string, double> Scores(Trending trending, string category) => trending.Top(category, Noon, 100).ToDictionary(t => t.Item, t => t.Score);
}
