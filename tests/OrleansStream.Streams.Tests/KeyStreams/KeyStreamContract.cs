using System.Collections.Concurrent;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>What subscribers of a stream per key may rely on, seen through <see cref="IEventLog"/> and Orleans alone.</summary>
public abstract class KeyStreamContract : KeyStreamHarness
{
    /// <summary>As users have it: however slow the machine is, nothing goes to the dead letters that a test did not mean to go there.</summary>
    private TimeSpan _deliveryLimit = TimeSpan.FromMinutes(1);

    protected override void Configure(LogStreamOptions options)
    {
        base.Configure(options);
        options.CacheRecords = 2_000;
        options.ContainerRecords = 64;
        options.MaxEventDeliveryTime = _deliveryLimit;
    }

    [Fact]
    public async Task DeliversEachOnceInOrder_WhenThereAreThousandsOfKeys()
    {
        for (int batch = 0; batch < 6; batch++) await AppendAsync(Single, 2_000, keys: 3_000);
        await WaitUntilCommittedAsync("load");
        AssertDeliveredOnce("load");
    }

    [Fact]
    public async Task DeliversToEach_WhenAStreamHasSeveralSubscribersOfWhichOneIsSlow()
    {
        var random = new Random(Seed);
        Deliveries.OnEvent = (subscriber, _, _) => subscriber == "second" ? Task.Delay(1) : Task.CompletedTask;
        for (int batch = 0; batch < 10; batch++) await AppendAsync(Pair, 50, keys: 1 + random.Next(20));
        await WaitUntilCommittedAsync("load");
        AssertDeliveredOnce("load");
        Assert.Equal((500, 500), (Deliveries.Count("first"), Deliveries.Count("second")));
    }

    [Fact]
    public async Task Commits_WhenNobodySubscribes()
    {
        for (int batch = 0; batch < 3; batch++)
        {
            // More than the cache holds, some for streams seen before.
            await AppendAsync(Unread, 3_000, keys: 2_000);
            await WaitUntilCommittedAsync($"batch {batch}");
        }
        Assert.Empty(Deliveries.Delivered);
    }

    [Fact]
    public async Task DeliversNoTombstones_WhenAProducerDeletedAKey()
    {
        await AppendAsync(Single, 20, keys: 4);
        await Log.AppendAsync(Single, [Records.Tombstone("k1", "deleted"), Records.Tombstone("k99", "never-there")]);
        await AppendAsync(Single, 20, keys: 4);
        await WaitUntilCommittedAsync("load");
        AssertDeliveredOnce("load");
        Assert.Empty(DeadLetters());
    }

    [Fact]
    public async Task DeliversAgainInOrder_WhenASubscriberFailsSomeTimes()
    {
        var tries = new ConcurrentDictionary<string, int>();
        Deliveries.OnEvent = (_, _, id) => id.EndsWith('7') && tries.AddOrUpdate(id, 1, (_, n) => n + 1) <= 3
            ? Task.FromException(new InvalidOperationException("not yet")) : Task.CompletedTask;
        await AppendAsync(Single, 1_000, keys: 20);
        await WaitUntilCommittedAsync("load");
        AssertDelivered("load");
        Assert.Empty(DeadLetters());
        Assert.NotEmpty(tries);
    }

    [Fact]
    public async Task PoisonGoesToTheDeadLettersAndAllElseFlows_WhenARecordCannotBeDecodedOrHandled()
    {
        _deliveryLimit = TimeSpan.FromMilliseconds(300);
        await StopAsync();
        await StartAsync();
        static bool Undecodable(string id) => id is $"{Single}/k3/000002" or $"{Single}/k5/000000";
        static bool Unwanted(string id) => id is $"{Single}/k3/000004";
        Deliveries.OnEvent = (_, _, id) => Unwanted(id) ? Task.FromException(new InvalidOperationException("never")) : Task.CompletedTask;
        await AppendAsync(Single, Enumerable.Range(0, 200).Select(i => $"k{i % 20}"), id => Undecodable(id) ? "{" : $$"""{"id":"{{id}}"}""");
        await WaitUntilCommittedAsync("load");
        AssertDelivered("load", id => Undecodable(id) || Unwanted(id));
        var letters = DeadLetters().OrderBy(l => l.Id, StringComparer.Ordinal).ToList();
        Assert.Equal([$"{Single}/k3/000002", $"{Single}/k3/000004", $"{Single}/k5/000000"], letters.Select(l => l.Id));
        Assert.Equal("k3", letters[0].Key);
        Assert.Equal("{"u8.ToArray(), letters[0].Value);
        Assert.All(letters, l => Assert.True(l is { Code: "delivery-failed", Topic: Single, Attempts: > 0 }, $"{l}"));
    }

    [Fact]
    public async Task StopsReading_WhenSubscribersAreSlow()
    {
        var gate = new TaskCompletionSource();
        int waiting = 0;
        Deliveries.OnEvent = (_, _, _) =>
        {
            Interlocked.Increment(ref waiting);
            return gate.Task;
        };
        // One record per stream first: every stream is registered before the cache fills.
        await AppendAsync(Single, 40, keys: 40);
        await Wait.UntilAsync(() => Volatile.Read(ref waiting) == 40, "every stream is in delivery");
        for (int batch = 0; batch < 10; batch++) await AppendAsync(Single, 2_000, keys: 40);
        long room = AllPartitions.Sum(p => Math.Min(2_000, Log.Watermarks(p).High));
        await Wait.UntilAsync(() => Log.RecordsRead >= room, $"{room} records are read and all caches are full");
        Assert.Equal(room, Log.RecordsRead);
        gate.SetResult();
        await WaitUntilCommittedAsync("after the gate opened");
        AssertDelivered("after the gate opened");
        Assert.Equal(10 * 2_000 + 40, Log.RecordsRead);
    }

    [Fact]
    public async Task DeliversWhatIsNotCommittedAgain_WhenTheSiloIsKilled()
    {
        await AppendAsync(Single, 300, keys: 30);
        await WaitUntilCommittedAsync("before");
        var before = Deliveries.Seen.Keys.ToHashSet();
        var gate = new TaskCompletionSource();
        int waiting = 0;
        Deliveries.OnEvent = (_, key, _) =>
        {
            if (!key.EndsWith('3')) return Task.CompletedTask;
            Interlocked.Increment(ref waiting);
            return gate.Task;
        };
        await AppendAsync(Single, 300, keys: 30);
        await Wait.UntilAsync(() => Volatile.Read(ref waiting) >= 3 && Deliveries.Count("first") >= 300 + 270, "all but the keys that wait are delivered");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        Deliveries.OnEvent = (_, _, id) => before.Contains(("first", id)) ? throw new InvalidOperationException($"{id} was committed") : Task.CompletedTask;
        gate.SetException(new InvalidOperationException("its silo is dead"));
        await StartAsync();
        await WaitUntilCommittedAsync("after the start");
        AssertDelivered("after the start");
        Assert.Empty(DeadLetters());
    }

    [Fact]
    public async Task KeepsWhatFails_WhenTheSiloStopsOrderlyBeforeTheLimit()
    {
        int failures = 0;
        Deliveries.OnEvent = (_, key, _) =>
        {
            if (!key.EndsWith('3')) return Task.CompletedTask;
            Interlocked.Increment(ref failures);
            return Task.FromException(new InvalidOperationException("not yet"));
        };
        await AppendAsync(Single, 30, keys: 30);
        await Wait.UntilAsync(() => Volatile.Read(ref failures) >= 3 && Deliveries.Count("first") >= 27, "all but the keys that fail are delivered");
        await StopAsync();
        Deliveries.OnEvent = (_, _, _) => Task.CompletedTask;
        await StartAsync();
        await WaitUntilCommittedAsync("after the start");
        AssertDelivered("after the start");
        Assert.Empty(DeadLetters());
    }

    [Fact]
    public async Task DeliversNothingTwice_WhenTheSiloStopsOrderly()
    {
        for (int round = 0; round < 3; round++)
        {
            await AppendAsync(Single, 200, keys: 17);
            await WaitUntilDeliveredAsync(200 * (round + 1));
            await StopAsync();
            await StartAsync();
        }
        await WaitUntilCommittedAsync("end");
        AssertDeliveredOnce("end");
    }

    [Fact]
    public async Task LosesNothing_WhenSubscribersAreDeactivatedDuringDelivery()
    {
        var random = new Random(Seed);
        Deliveries.OnEvent = (_, _, _) => Task.Delay(1);
        for (int batch = 0; batch < 20; batch++)
        {
            await AppendAsync(Pair, 100, keys: 10);
            for (int i = 0; i < 3; i++) await Cluster.DeactivateAsync(GrainId.Create(i == 0 ? "first-subscriber" : "second-subscriber", $"k{random.Next(10)}"));
        }
        await WaitUntilCommittedAsync("load");
        AssertDelivered("load");
    }

    private Task WaitUntilDeliveredAsync(int count) => Wait.UntilAsync(() => Deliveries.Count("first") >= count, $"{count} events are delivered");
}
