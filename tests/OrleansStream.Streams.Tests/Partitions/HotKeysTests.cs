using CsCheck;
using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Tests.Partitions;

public sealed class HotKeysTests
{
    /// <summary>The bounds that the sketch promises, for any stream: no count too low, none too high by more than its error, no frequent key missing.</summary>
    [Fact]
    public void KeepsItsBounds_WhateverTheStream() => Gen.Int[0, 200].Array[0, 3000].Sample(stream =>
    {
        const int capacity = 16;
        var sketch = new HotKeys(capacity);
        var exact = new Dictionary<string, long>();
        foreach (int number in stream)
        {
            // Squaring makes some keys much more frequent than others.
            string key = $"k{number * number / 200}";
            sketch.Add(key, 1);
            exact[key] = exact.GetValueOrDefault(key) + 1;
        }
        var top = sketch.Top(capacity);
        Assert.All(top, hot => Assert.InRange(exact[hot.Key], hot.Records - hot.Error, hot.Records));
        Assert.Equal(top.Select(t => t.Records).OrderDescending(), top.Select(t => t.Records));
        foreach (var (key, count) in exact.Where(e => e.Value > 2.0 * stream.Length / capacity))
            Assert.Contains(top, hot => hot.Key == key);
    });

    [Fact]
    public void TellsOfNow_WhenAnOldKeyCooledDown()
    {
        var sketch = new HotKeys(4);
        sketch.Add("yesterday", 1000);
        for (int i = 0; i < 10; i++) sketch.Age();
        sketch.Add("today", 100);
        Assert.Equal("today", sketch.Top(1).Single().Key);
    }

    [Fact]
    public void ShowsNone_WhenAllKeysAreEquallyRare()
    {
        var sketch = new HotKeys(8);
        for (int i = 0; i < 10_000; i++) sketch.Add($"k{i}", 1);
        Assert.Empty(sketch.Top(8));
    }
}
