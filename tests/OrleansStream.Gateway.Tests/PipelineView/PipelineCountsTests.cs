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
        var last = new TopicPartition(CardTopics.Transactions, 23);
        Apply(counts, last, new LogRecord { Offset = 4, Key = "c", Id = "a", ReceivedAt = time.GetUtcNow() });
        var handedIn = counts.Read([new PartitionLag(last, 0, 5, 4, 1, TimeSpan.Zero)]);
        Assert.Equal((1L, 0L), (handedIn.Ingested, handedIn.Processed));
        Apply(counts, new TopicPartition(CardTopics.Decisions, 0), new LogRecord { Offset = 0, Key = "c", Source = CardTopics.Transactions, Id = "transactions:23:4/0", ReceivedAt = time.GetUtcNow() });
        var decided = counts.Read([]);
        Assert.Equal((1L, 1L), (decided.Ingested, decided.Processed));
    }

    private static void Apply(PipelineCounts counts, TopicPartition partition, LogRecord record)
    {
        lock (counts.Gate) counts.Apply(partition, record);
    }
}
