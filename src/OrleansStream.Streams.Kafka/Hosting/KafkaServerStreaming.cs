using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Processing;

[assembly: RegisterProvider("KafkaServer", "Streaming", "Silo", typeof(KafkaServerStreaming))]
[assembly: RegisterProvider("KafkaServer", "Streaming", "Client", typeof(KafkaServerStreaming))]

namespace OrleansStream.Streams.Kafka;

/// <summary>
/// <c>Orleans:Streaming:NAME</c> with <c>ProviderType=KafkaServer</c>, as Aspire's AppHost sets it for a Kafka resource: a stream provider NAME with a stream per key of the
/// topics in <c>Topics</c> (separated by commas), or of one topic with the provider's name. The brokers are the log's, which the process must have
/// (<see cref="KafkaLogExtensions.AddKafkaLog"/>).
/// </summary>
internal sealed class KafkaServerStreaming : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        string[] topics = Declare(builder.Services, name!, configurationSection);
        builder.Services.AddTopic(DeadLetter.TopicName);
        builder.AddLogStreams(name!, options => Add(options, topics));
    }

    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        string[] topics = Declare(builder.Services, name!, configurationSection);
        builder.AddLogStreams(name!, options => Add(options, topics));
    }

    private static string[] Declare(IServiceCollection services, string name, IConfigurationSection section)
    {
        string[] topics = section["Topics"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } given ? given : [name];
        foreach (string topic in topics) services.AddTopic(topic);
        return topics;
    }

    private static void Add(LogStreamOptions options, string[] topics)
    {
        foreach (string topic in topics) options.Topics.Add(topic);
    }
}
