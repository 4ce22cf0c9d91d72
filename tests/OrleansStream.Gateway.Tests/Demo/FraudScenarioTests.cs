using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Demo;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Tests.Demo;

public sealed class FraudScenarioTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly FraudScenario _scenario = new(Options.Create(new DemoOptions { MaxCards = 3_000 }));

    [Fact]
    public void IsWhatTheProcessorTakes_WhenEventsAreMade()
    {
        foreach (var (_, _, reading) in Minute(perSecond: 20)) Assert.True(reading.IsValid, string.Join("; ", reading.Errors));
    }

    [Fact]
    public void HasKeysOfItsOwnAndBoundedInNumber_WhenItRunsForLong()
    {
        var keys = new HashSet<string>();
        for (int i = 0; i < 4; i++) keys.UnionWith(Minute(perSecond: 200).Select(e => e.Reading.Key));
        Assert.All(keys, key => Assert.StartsWith("demo-", key, StringComparison.Ordinal));
        Assert.InRange(keys.Count(k => k.StartsWith("demo-card-", StringComparison.Ordinal)), 2_000, 3_000);
    }

    [Fact]
    public void SendsACardToDelhiAndThenToNewYork_WhenItRuns()
    {
        var trips = Minute(perSecond: 2).Where(e => e.Reading.Key.StartsWith("demo-traveller-", StringComparison.Ordinal)).GroupBy(e => e.Reading.Key).ToList();
        Assert.InRange(trips.Count, 3, 7);
        foreach (var trip in trips.SkipLast(1)) Assert.Equal(["Delhi Duty Free", "New York Duty Free"], trip.Select(e => e.Merchant));
    }

    private List<(DateTimeOffset At, string Merchant, EventReading Reading)> Minute(int perSecond)
    {
        var processor = new CardProcessor();
        var made = new List<(DateTimeOffset, string, EventReading)>();
        for (int second = 0; second < 60; second++)
        {
            foreach (var json in _scenario.Next(perSecond, perSecond, _time.GetUtcNow()))
            {
                var reading = processor.Judge(json.Span, new ReadingDefaults("", _time.GetUtcNow(), LatestTime: _time.GetUtcNow()));
                made.Add((_time.GetUtcNow(), System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("merchant").GetProperty("name").GetString()!, reading));
            }
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        return made;
    }
}
