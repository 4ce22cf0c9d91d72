using Confluent.Kafka;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>Partitions whose offsets have gaps, as compaction and other people's transactions leave them. Real brokers only: the mock cluster compacts nothing and writes no markers.</summary>
public sealed class KafkaGapTests
{
    [Fact]
    public async Task AppliesWhatIsThereAndCommitsTheEnd_WhenTransactionsLeaveMarkersAndAbortedRecords()
    {
        KafkaPlace.SkipUnlessReal("the mock cluster writes no transaction markers");
        var place = new KafkaPlace();
        await using var engine = await EngineUnderTest.StartAsync(new EngineSetup { Place = place });
        string topic = place.NameOf(ChainProcessor.Topic);
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = place.Bootstrap, TransactionalId = topic, Partitioner = Partitioner.Murmur2Random }).Build();
        producer.InitTransactions(Wait.Limit);
        int committed = 0;
        for (int round = 0; round < 20; round++)
        {
            producer.BeginTransaction();
            for (int i = 0; i < 5; i++) producer.Produce(topic, new Message<string, byte[]> { Key = $"k{i}", Value = "plain"u8.ToArray() });
            if (round % 3 == 1) producer.AbortTransaction(Wait.Limit);
            else
            {
                producer.CommitTransaction(Wait.Limit);
                committed++;
            }
        }
        await Wait.UntilAsync(() => engine.Partitions.Sum(p => engine.Log.Watermarks(p).High) >= 100, "the ends are known");
        string? stuck = await engine.WhenCommittedAsync(Wait.Limit);
        Assert.True(stuck is null, stuck);
        for (int i = 0; i < 5; i++) Assert.Equal(committed, (await engine.ShownAsync($"k{i}")).Count);
        Assert.Empty(await Conformance.Model.LogContents.ReadAsync(engine.Log, DeadLetter.TopicName));
    }
}
