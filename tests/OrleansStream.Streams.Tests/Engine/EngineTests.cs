using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

public sealed class EngineTests : EngineHarness
{
    [Fact]
    public async Task AppliesEachOnceInOrder_WhenNothingFails()
    {
        for (int batch = 0; batch < 10; batch++) await AppendAsync(500, keys: 37);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }

    [Fact]
    public async Task CommitsTheEnd_WhenEverythingIsDurable()
    {
        await AppendAsync(200, keys: 20);
        await WaitUntilAppliedAsync("load");
        for (int p = 0; p < Partitions; p++)
        {
            var partition = new TopicPartition("in", p);
            long high = Log.Watermarks(partition).High;
            await Wait.UntilAsync(() => Log.CommittedAsync(Group, partition).AsTask() is { IsCompletedSuccessfully: true } t && t.GetAwaiter().GetResult() == high, $"{partition} committed {high}");
        }
        await AssertAppliedOnceAsync("committed");
    }

    [Fact]
    public async Task CommitsNothingAndPublishesNothing_WhileTheStoreStandsStill()
    {
        Store.Freeze();
        await AppendAsync(50, keys: 5);
        await Store.NextCallAsync();
        for (int p = 0; p < Partitions; p++)
        {
            Assert.Equal(0, (await PartitionOf(p).GetProgress()).Watermark);
            Assert.Equal(0, await Log.CommittedAsync(Group, new TopicPartition("in", p)));
        }
        Assert.Empty(Log.Read("out"));
        Assert.Equal(ChainState.Empty, await DurableAsync("k0"));
        Store.Thaw();
        await WaitUntilAppliedAsync("thawed");
        await AssertAppliedOnceAsync("thawed");
    }

    [Fact]
    public async Task BecomesADeadLetterAndTheRestApplies_WhenARecordIsPoison()
    {
        await AppendAsync(Enumerable.Range(0, 300).Select(i => $"k{i % 7}"), id => IsPoison(id) ? ProcessorFaults.Poison : id);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load", IsPoison);
        var letters = Log.Read(DeadLetter.TopicName).ConvertAll(r => DeadLetter.FromJson(r.Value.Span));
        var poisoned = Log.Read("in").Where(r => IsPoison(r.Id)).ToDictionary(r => r.Id);
        Assert.Equal(poisoned.Keys.Order(), letters.Select(l => l.Id).Order());
        Assert.All(letters, letter =>
        {
            var record = poisoned[letter.Id];
            Assert.Equal(("in", record.Offset, record.Key, "undecodable"), (letter.Topic, letter.Offset, letter.Key, letter.Code));
            Assert.Equal(record.Value.ToArray(), letter.Value);
        });
    }

    [Fact]
    public async Task IsNoPoison_WhenApplyFailsOnlyOnce()
    {
        var failed = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        Faults.OnApply = record => failed.TryAdd(record.Id, true) ? new TimeoutException("once") : null;
        await AppendAsync(200, keys: 11);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
        Assert.Empty(Log.Read(DeadLetter.TopicName));
    }

    [Fact]
    public async Task WatermarkPassesHoles_WhenOffsetsAreMissing()
    {
        Log.Hole = record => record.Id.EndsWith('3') ? 40 : 0;
        for (int batch = 0; batch < 5; batch++) await AppendAsync(100, keys: 9);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }

    private static bool IsPoison(string id) => id.EndsWith('5');
}

/// <summary>A window of ten records: delivery waits and goes on all the time.</summary>
public sealed class NarrowWindowTests : EngineHarness
{
    protected override void Configure(StreamEngineOptions options)
    {
        base.Configure(options);
        (options.WindowRecords, options.ContainerRecords, options.KeysInFlight, options.RecordsPerCall) = (10, 7, 2, 3);
    }

    [Fact]
    public async Task AppliesEachOnceInOrder_WhenTheWindowIsNarrow()
    {
        for (int batch = 0; batch < 5; batch++) await AppendAsync(200, keys: 13);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }
}
