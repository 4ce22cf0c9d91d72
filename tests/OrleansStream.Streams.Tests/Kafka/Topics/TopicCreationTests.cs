using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Topics;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka.Topics;

/// <summary>Topics that are created by the protocol, as real brokers do it.</summary>
public sealed class TopicCreationTests
{
    [Fact]
    public async Task IsThereWithItsSettings_WhenTheBrokersAreReal()
    {
        KafkaPlace.SkipUnlessReal("the mock cluster creates no topics when asked and knows no settings");
        string name = $"t{Guid.NewGuid():N}";
        var options = new KafkaLogOptions { BootstrapServers = KafkaPlace.Real! };
        options.Topics[name] = 3;
        await using (var log = new KafkaLog(Options.Create(options), TimeProvider.System, NullLogger<KafkaLog>.Instance, [new TopicDeclaration($"{name}-keys", 1) { IsCompacted = true }]))
        {
            await log.OpenAsync();
            Assert.Equal((3, 1), (log.Topics[name], log.Topics[$"{name}-keys"]));
        }
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = KafkaPlace.Real }).Build();
        var settings = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = $"{name}-keys" }]);
        Assert.Equal(("compact", "-1"), (settings[0].Entries["cleanup.policy"].Value, settings[0].Entries["retention.ms"].Value));
        // It grows, by somebody's hand: whoever starts next is told, with or without a number of its own.
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = name, IncreaseTo = 5 }]);
        options.Topics[name] = 0;
        await using var after = new KafkaLog(Options.Create(options), TimeProvider.System, NullLogger<KafkaLog>.Instance);
        var refusal = await Assert.ThrowsAsync<TopicRefusedException>(() => after.OpenAsync());
        Assert.Contains("has 5 partitions and had 3", refusal.Message, StringComparison.Ordinal);
    }
}
