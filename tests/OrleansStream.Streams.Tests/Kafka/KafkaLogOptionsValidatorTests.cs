using OrleansStream.Streams.Kafka;

namespace OrleansStream.Streams.Tests.Kafka;

public sealed class KafkaLogOptionsValidatorTests
{
    [Fact]
    public void TakesThem_AsTheyAreDelivered() => Assert.Empty(Errors(_ => { }));

    [Theory]
    [InlineData("acks", "records count only when all in-sync replicas have them")]
    [InlineData("partitioner", "murmur2")]
    [InlineData("linger.ms", "set OrleansStream:Kafka:Linger")]
    [InlineData("auto.offset.reset", "a place that is gone is an error")]
    public void RefusesSettingsThatTheGuaranteesRestOn_AndSaysWhatToDo(string setting, string why)
    {
        string error = Assert.Single(Errors(o => o.Settings[setting] = "1"));
        Assert.Contains($"OrleansStream:Kafka:Settings:{setting} cannot be set", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, "cannot be a topic's name")]
    [InlineData("..", 1, "cannot be a topic's name")]
    [InlineData("two words", 1, "cannot be a topic's name")]
    [InlineData("fine", -1, "has -1 partitions")]
    [InlineData("fine", 10_001, "has 10001 partitions")]
    public void RefusesTopicsThatKafkaCannotHave(string topic, int partitions, string why) =>
        Assert.Contains(why, Assert.Single(Errors(o => o.Topics[topic] = partitions)), StringComparison.Ordinal);

    [Fact]
    public void RefusesATopicsName_WhenItIsTooLong()
    {
        Assert.Empty(Errors(o => o.Topics[new string('t', 200)] = 1));
        Assert.Contains("1–200 letters", Assert.Single(Errors(o => o.Topics[new string('t', 201)] = 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void TellsAllThatIsWrongAtOnce() => Assert.Equal(5, Errors(o =>
    {
        o.BootstrapServers = " ";
        o.Compression = "zip";
        o.MinRetention = TimeSpan.FromHours(2);
        o.Retention = TimeSpan.FromHours(1);
        (o.ReplicationFactor, o.MinInSyncReplicas) = (2, 3);
        o.Settings["acks"] = "1";
    }).Count);

    [Fact]
    public void RefusesARetentionOfLessThanNothing() => Assert.Contains("MinRetention is -01:00:00", Assert.Single(Errors(o => o.MinRetention = TimeSpan.FromHours(-1))), StringComparison.Ordinal);

    [Fact]
    public void TakesARetentionForEver() => Assert.Empty(Errors(o => o.Retention = TimeSpan.FromMilliseconds(-1)));

    private static List<string> Errors(Action<KafkaLogOptions> configure)
    {
        var options = new KafkaLogOptions { BootstrapServers = "127.0.0.1:9092" };
        configure(options);
        return [.. new KafkaLogOptionsValidator().Validate(null, options).Failures ?? []];
    }
}
