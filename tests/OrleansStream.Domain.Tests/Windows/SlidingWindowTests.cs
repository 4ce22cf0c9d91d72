using CsCheck;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Tests.Windows;

public sealed class SlidingWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
    private static readonly WindowBounds Wide = new(TimeSpan.FromHours(48), 48);

    // Few ids and minutes, so that duplicates, ties and late events are common.
    private static readonly Gen<(EventKey Key, decimal Value)[]> Events = Gen.Select(
        Gen.Int[0, 300],
        Gen.Decimal[0m, 1e12m],
        (minute, value) => (Key(minute, $"e-{minute % 97}-{minute}"), value)).Array[0, 40];

    [Fact]
    public void CountsAndSums_WhenEntriesAreWithinTheLength()
    {
        var window = Filled((0, 1.5m), (5, 2m), (10, 4m));
        Assert.Equal(2, window.Count(At(10), TimeSpan.FromMinutes(10)));
        Assert.Equal(6m, window.Sum(At(10), TimeSpan.FromMinutes(10)));
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(9, 10, 1)]
    [InlineData(10, 11, 2)]
    [InlineData(0, 10, 1)]
    [InlineData(-1, 10, 0)]
    public void TakesHalfOpenInterval_WhenEntriesLieOnItsEdges(int endMinute, int lengthMinutes, int expected)
    {
        var window = Filled((0, 1m), (10, 1m));
        Assert.Equal(expected, window.Count(At(endMinute), TimeSpan.FromMinutes(lengthMinutes)));
    }

    [Fact]
    public void SortsByTimeThenId_WhenEventsAreLate()
    {
        var window = Filled((10, 1m), (0, 2m), (5, 3m));
        Assert.Equal([2m, 3m, 1m], window.Entries.Select(entry => entry.Value));
    }

    [Fact]
    public void IsTheSameObject_WhenTheIdIsThereAlready()
    {
        var window = Filled((0, 1m));
        Assert.Same(window, window.Add(window.Entries[0].Key, 99m, Wide));
    }

    [Fact]
    public void DropsOldEntries_WhenNewestPassesRetention()
    {
        var window = Filled((0, 1m), (1, 2m)).Add(Key(48 * 60, "newest"), 3m, Wide);
        Assert.Equal([2m, 3m], window.Entries.Select(entry => entry.Value));
    }

    [Fact]
    public void IsTheSameObject_WhenTheEventIsOlderThanRetention()
    {
        var window = Filled((48 * 60, 1m));
        Assert.Same(window, window.Add(Key(0, "late"), 2m, Wide));
    }

    [Fact]
    public void DropsTheOldest_WhenFull()
    {
        var bounds = Wide with { Capacity = 3 };
        var window = SlidingWindow.Empty;
        for (var minute = 0; minute < 5; minute++)
            window = window.Add(Key(minute, $"e-{minute}"), minute, bounds);
        Assert.Equal([2m, 3m, 4m], window.Entries.Select(entry => entry.Value));
        Assert.Same(window, window.Add(Key(-1, "older than all"), 9m, bounds));
    }

    [Fact]
    public void DoesNotOverflow_WhenTimesAreAtTheEndsOfTheCalendar()
    {
        var window = SlidingWindow.Empty
            .Add(EventKey.For(DateTimeOffset.MinValue, "first"), 1m, Wide)
            .Add(EventKey.For(DateTimeOffset.MaxValue, "last"), 2m, Wide);
        Assert.Equal(1, window.Count(DateTimeOffset.MaxValue, TimeSpan.MaxValue));
        Assert.Equal(0, window.Count(DateTimeOffset.MinValue, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void EndsEqual_WhenEventsArePermutedAndRedelivered() =>
        (from events in Events
         from repeated in Gen.Shuffle(events.Concat(events).ToArray())
         from capacity in Gen.Int[1, 50]
         from retentionMinutes in Gen.Int[1, 400]
         select (events, repeated, new WindowBounds(TimeSpan.FromMinutes(retentionMinutes), capacity)))
        .Sample((events, repeated, bounds) =>
        {
            // The same id has the same value: it is the same event.
            var distinct = events.DistinctBy(each => each.Key).ToArray();
            var values = distinct.ToDictionary(each => each.Key, each => each.Value);
            var expected = Fill(distinct, bounds);
            var actual = Fill(repeated.Select(each => (each.Key, values[each.Key])), bounds);
            Assert.Equal(expected, actual);
            Assert.Equal(expected.Sum(At(150), TimeSpan.FromMinutes(60)), actual.Sum(At(150), TimeSpan.FromMinutes(60)));
        });

    [Fact]
    public void HoldsTheNewestOfAModel_WhenAnyEventsAreAdded() =>
        Gen.Select(Events, Gen.Int[1, 50], Gen.Int[1, 400]).Sample((events, capacity, retentionMinutes) =>
        {
            var window = Fill(events, new WindowBounds(TimeSpan.FromMinutes(retentionMinutes), capacity));
            var keys = events.Select(each => each.Key).Distinct().Order().ToList();
            var model = keys.Where(key => key.Time > keys[^1].Time.AddMinutes(-retentionMinutes)).TakeLast(capacity);
            Assert.Equal(model, window.Entries.Select(entry => entry.Key));
        });

    private static SlidingWindow Fill(IEnumerable<(EventKey Key, decimal Value)> events, WindowBounds bounds) =>
        events.Aggregate(SlidingWindow.Empty, (window, each) => window.Add(each.Key, each.Value, bounds));

    private static SlidingWindow Filled(params (int Minute, decimal Value)[] entries) =>
        Fill(entries.Select(entry => (Key(entry.Minute, $"e-{entry.Minute}"), entry.Value)), Wide);

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);

    private static EventKey Key(int minute, string id) => EventKey.For(At(minute), id);
}
