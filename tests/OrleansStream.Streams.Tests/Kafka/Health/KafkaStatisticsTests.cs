using System.Diagnostics.Metrics;
using OrleansStream.Streams.Kafka.Health;

namespace OrleansStream.Streams.Tests.Kafka.Health;

/// <summary>librdkafka's statistics as instruments. Other logs of the process measure themselves by the same: figures that nobody else has tell them apart.</summary>
public sealed class KafkaStatisticsTests
{
    private const string Records = "orleansstream.kafka.queue.records", Bytes = "orleansstream.kafka.queue.bytes";
    private readonly KafkaStatistics _statistics = new();
    private readonly string _client = $"{Guid.NewGuid():N}";

    internal sealed record Measured(double Value, string? Client, string? Broker);

    [Fact]
    public void IsWhatWaitsAndHowBrokersAnswer_WhenItIsAProducer()
    {
        _statistics.Take(_client, """
            {"type":"producer","msg_cnt":71,"msg_size":7100,"topics":{},"brokers":{
            "boot":{"nodeid":-1,"rtt":{"p99":1},"disconnects":1},
            "b":{"nodeid":4711,"rtt":{"p99":2500},"disconnects":3}}}
            """);
        Assert.Equal([71], Of(Records));
        Assert.Equal([7100], Of(Bytes));
        Assert.Equal([0.0025], Read("orleansstream.kafka.request.duration.p99").Where(m => m.Client == _client && m.Broker == "4711").Select(m => m.Value));
        // The address that one starts from is no broker.
        Assert.Equal([3], Of("orleansstream.kafka.disconnects"));
    }

    [Fact]
    public void IsWhatIsFetchedAndNotConsumed_WhenItIsAConsumer()
    {
        _statistics.Take(_client, OfConsumer(queued: 30));
        Assert.Equal([33], Of(Records));
        Assert.Equal([310], Of(Bytes));
        _statistics.Take(_client, OfConsumer(queued: 5));
        Assert.Equal([8], Of(Records));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"producer","msg_cnt":1,"msg_size":1}""")]
    [InlineData("""{"type":"producer","msg_cnt":"1","msg_size":1,"brokers":{}}""")]
    public void KeepsTheLatestOnes_WhenTheyCannotBeRead(string json)
    {
        _statistics.Take(_client, OfConsumer(queued: 30));
        _statistics.Take(_client, json);
        Assert.Equal([33], Of(Records));
    }

    /// <param name="queued">Of the first partition; the second has three more.</param>
    internal static string OfConsumer(int queued) => $$$"""
        {"type":"consumer","msg_cnt":1,"msg_size":1,"brokers":{},"topics":{
        "t":{"partitions":{"0":{"fetchq_cnt":{{{queued}}},"fetchq_size":300}} },
        "u":{"partitions":{"1":{"fetchq_cnt":3,"fetchq_size":10}} } } }
        """;

    internal static List<Measured> Read(string instrument)
    {
        var all = new List<Measured>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (published, l) =>
        {
            if (published.Name == instrument) l.EnableMeasurementEvents(published);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            var found = tags.ToArray().ToDictionary(t => t.Key, t => t.Value as string);
            all.Add(new Measured(value, found.GetValueOrDefault("client"), found.GetValueOrDefault("broker")));
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return all;
    }

    private IEnumerable<double> Of(string instrument) => Read(instrument).Where(m => m.Client == _client).Select(m => m.Value);
}
