using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>
/// Streams that are idle for longer than the inactivity period, which lost events in dotnet/orleans#7304: the agent drops their cursors
/// and registers them again with the next event. Here the period is so short that streams are dropped all the time.
/// </summary>
public sealed class KeyStreamShortIdleTests : KeyStreamOnFakeLog
{
    protected override void Configure(LogStreamOptions options)
    {
        base.Configure(options);
        options.StreamInactivityPeriod = TimeSpan.FromMilliseconds(100);
        options.LongPoll = TimeSpan.FromMilliseconds(20);
    }

    [Fact]
    public async Task LoseNothing_WhenEventsComeBeforeDuringAndAfterTheDrop()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 60; round++)
        {
            await AppendAsync(random.Next(2) == 0 ? Single : Pair, Enumerable.Range(0, 1 + random.Next(5)).Select(_ => $"k{random.Next(3)}"));
            // The phase, not the outcome: some rounds fall before, some into, some after the drop.
            await Task.Delay(random.Next(160));
        }
        await WaitUntilCommittedAsync("60 rounds");
        AssertDelivered("60 rounds");
    }

    [Fact]
    public async Task LoseNothing_WhenSubscribersFailWhileStreamsAreDropped()
    {
        var random = new Random(Seed);
        Deliveries.OnEvent = async (_, _, _) =>
        {
            int dice;
            lock (random) dice = random.Next(6);
            if (dice == 0) throw new InvalidOperationException("not now");
            if (dice == 1) await Task.Delay(30);
        };
        for (int round = 0; round < 40; round++)
        {
            await AppendAsync(Pair, Enumerable.Range(0, 3).Select(i => $"k{i}"));
            await Task.Delay(dueIn());
        }
        await WaitUntilCommittedAsync("40 rounds");
        AssertDelivered("40 rounds", id => DeadLetters().Exists(l => l.Id == id));

        int dueIn()
        {
            lock (random) return random.Next(130);
        }
    }
}

/// <summary>The reported case with its real durations, on the clock that the pulling agent takes from its keyed service.</summary>
public sealed class KeyStreamVirtualIdleTests : KeyStreamOnFakeLog
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    protected override void Configure(LogStreamOptions options)
    {
        base.Configure(options);
        options.StreamInactivityPeriod = TimeSpan.FromMinutes(30);
        options.LongPoll = TimeSpan.FromMilliseconds(10);
    }

    protected override void ConfigureSilo(ISiloBuilder silo) =>
        silo.Services.AddKeyedSingleton<TimeProvider>(StreamingTimeProviderNames.Streaming, _clock);

    [Fact]
    public async Task LoseNothing_WhenTheyAreIdleForThirtyToThirtyThreeMinutes()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 50; round++)
        {
            await AppendAsync(Single, Enumerable.Range(0, 1 + random.Next(3)).Select(i => $"k{i}"));
            if (random.Next(2) == 0) await WaitUntilCommittedAsync($"round {round}");
            _clock.Advance(TimeSpan.FromMinutes(30 + 3 * random.NextDouble()));
            if (random.Next(2) == 0) await Task.Yield();
        }
        await WaitUntilCommittedAsync("50 rounds");
        AssertDeliveredOnce("50 rounds");
    }
}
