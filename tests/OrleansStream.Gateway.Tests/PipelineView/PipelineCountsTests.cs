using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Pipeline;
using OrleansStream.Gateway.Pipeline.Counts;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Tests.PipelineView;

public sealed class PipelineCountsTests
{
    /// <summary>Kafka's partitions are those that are declared until the brokers have answered, which is after the process's parts were made.</summary>
    [Fact]
    public void KnowsEveryPartition_AlsoThoseThatTheLogLearnsOfLater()
    {
        var time = new FakeTimeProvider();
        var log = new TopicsOnly(new Dictionary<string, int> { [CardTopics.Transactions] = 12 });
        var counts = new PipelineCounts(new ProcessorRegistry([new CardProcessor()]), log, new RecordSamples(Options.Create(new PipelineOptions()), time), time);
        log.Topics = new Dictionary<string, int> { [CardTopics.Transactions] = 24 };
        PartitionLag[] lags = [.. Enumerable.Range(0, 24).Select(p => new PartitionLag(new TopicPartition(CardTopics.Transactions, p), 0, 10, 4, 6, TimeSpan.Zero))];
        counts.Read(lags);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0L, 0L), (counts.Read(lags).Ingested, counts.Read(lags).Processed));
    }
}
