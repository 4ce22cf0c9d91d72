using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Offsets;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>
/// What a trim of the log spares. The mock cluster deletes no records on request: that the brokers are asked is seen by their refusal, and by its lack that they are not.
/// </summary>
public sealed class KafkaTrimTests : IAsyncLifetime
{
    private static readonly TopicPartition Partition = new("trimmed", 0);
    private KafkaPlace _place = null!;
    private KafkaLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        KafkaPlace.SkipUnlessMock("brokers that refuse to delete records");
        _place = new KafkaPlace();
        _log = (KafkaLog)await _place.OpenAsync(new Dictionary<string, int> { [Partition.Topic] = 2 });
        await _log.AppendAsync(Partition.Topic, [.. Enumerable.Range(0, 20).Select(i => Records.Of($"k{i}", $"{i}"))]).WaitAsync(Wait.Limit);
        Assert.True(_log.Watermarks(Partition).High > 2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_log is not null) await _log.DisposeAsync();
        if (_place is not null) await _place.DisposeAsync();
    }

    [Fact]
    public async Task LeavesWhatIsHeld_UntilTheLastHoldEnds()
    {
        using (_log.Hold(Partition, 0))
        {
            using (_log.Hold(Partition, 2)) await TrimAsync();
            await TrimAsync();
        }
        await AssertAsksAsync();
    }

    [Fact]
    public async Task LeavesWhatAConsumerHasStillToRead()
    {
        Assert.Equal(0, await _log.CommittedAsync("slow", Partition).AsTask().WaitAsync(Wait.Limit));
        await _log.CommitAsync("fast", Partition, 2).AsTask().WaitAsync(Wait.Limit);
        await TrimAsync();
        await _log.CommitAsync("slow", Partition, 1).AsTask().WaitAsync(Wait.Limit);
        await AssertAsksAsync();
    }

    [Fact]
    public async Task IsNotHeldUp_ByWhoReadsAnotherPartition()
    {
        Assert.Equal(0, await _log.CommittedAsync("slow", Partition with { Partition = 1 }).AsTask().WaitAsync(Wait.Limit));
        using var hold = _log.Hold(Partition with { Partition = 1 }, 0);
        await AssertAsksAsync();
    }

    [Fact]
    public void IsTheLowestHold_WhenThereAreSeveral()
    {
        var holds = new Holds();
        Assert.Equal(long.MaxValue, holds.Lowest(Partition));
        var (five, three, again) = (holds.Add(Partition, 5), holds.Add(Partition, 3), holds.Add(Partition, 3));
        Assert.Equal(3, holds.Lowest(Partition));
        three.Dispose();
        three.Dispose();
        Assert.Equal(3, holds.Lowest(Partition));
        again.Dispose();
        Assert.Equal(5, holds.Lowest(Partition));
        five.Dispose();
        Assert.Equal(long.MaxValue, holds.Lowest(Partition));
    }

    private Task TrimAsync() => _log.TrimAsync(Partition, 2).AsTask().WaitAsync(Wait.Limit);

    private async Task AssertAsksAsync()
    {
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(TrimAsync);
        Assert.Contains($"{Partition} could not be trimmed", refusal.Message, StringComparison.Ordinal);
    }
}
