using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Pipeline;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary>Which records are told of one by one.</summary>
public sealed class RecordSamplesTests
{
    private static readonly TopicPartition Partition = new("transactions", 0);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly RecordSamples _samples;
    private long _offset;

    public RecordSamplesTests() => _samples = new RecordSamples(Options.Create(new PipelineOptions()), _time) { Listening = true };

    [Fact]
    public void TellsOfEveryRecord_WhenTheyAreFew()
    {
        for (int second = 0; second < 3; second++) Second(100);
        var (records, every) = _samples.TakeReceived();
        Assert.Equal((300, 1), (records.Count, every));
    }

    [Theory]
    [InlineData(1_000, 10)]
    [InlineData(5_000, 50)]
    [InlineData(100_000, 1_000)]
    public void TellsOfOneInSoMany_WhenTheyAreMore(int perSecond, int every)
    {
        Second(perSecond);
        Second(perSecond);
        _samples.TakeReceived();
        Second(perSecond);
        var taken = _samples.TakeReceived();
        Assert.Equal(every, taken.Every);
        Assert.InRange(taken.Records.Count, 95, 105);
    }

    [Fact]
    public void IsBoundedAtOnce_WhenABurstBegins()
    {
        Second(20_000);
        Assert.InRange(_samples.TakeReceived().Records.Count, 100, 1_500);
    }

    [Fact]
    public void TellsOfAllAgain_WhenTheBurstIsOver()
    {
        Second(20_000);
        Second(1);
        Second(1);
        _samples.TakeReceived();
        Second(5);
        Assert.Equal(5, _samples.TakeReceived().Records.Count);
    }

    [Fact]
    public void TellsOfNothing_WhenNobodyListens()
    {
        _samples.Listening = false;
        Second(10);
        Assert.Empty(_samples.TakeReceived().Records);
    }

    [Fact]
    public void TellsWhatBecameOfARecord_OnlyWhenItWasTold()
    {
        Second(1);
        var told = Position.TryParse(_samples.TakeReceived().Records[0].Position, out var position) ? position : default;
        var output = new LogRecord { Key = "k", Id = "o", Headers = [new("outcome", "decline")], Value = """{"score":100}"""u8.ToArray() };
        _samples.Processed(told with { Offset = 77 }, TimeSpan.FromMilliseconds(3), output);
        _samples.Processed(told, TimeSpan.FromMilliseconds(3), output);
        var processed = Assert.Single(_samples.TakeProcessed());
        Assert.Equal((told.ToString(), 3.0), (processed.Position, processed.LatencyMs));
        Assert.NotNull(processed.Output);
    }

    [Fact]
    public void IsProcessedWithoutLatency_WhenOnlyItsCommitTells()
    {
        Second(2);
        _samples.Committed(Partition, 1);
        var processed = Assert.Single(_samples.TakeProcessed());
        Assert.Null(processed.LatencyMs);
        Assert.Equal("transactions:0:0", processed.Position);
    }

    [Fact]
    public void SendsFewOutputs_WhenManyAreProcessed()
    {
        Second(50);
        for (int offset = 0; offset < 50; offset++)
            _samples.Processed(new Position("transactions", 0, offset), TimeSpan.Zero, new LogRecord { Key = "k", Id = "o", Value = "{}"u8.ToArray() });
        Assert.Equal(10, _samples.TakeProcessed().Count(p => p.Output is not null));
    }

    private void Second(int records)
    {
        for (int i = 0; i < records; i++)
            _samples.Received(Partition, new LogRecord { Key = "k", Id = $"{_offset}", ReceivedAt = _time.GetUtcNow() }.At(_offset++));
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
