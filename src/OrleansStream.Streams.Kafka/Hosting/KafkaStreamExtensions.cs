using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Kafka;

/// <summary>Adds Orleans streams on Kafka, one per key, to silos and to clients.</summary>
public static class KafkaStreamExtensions
{
    /// <summary>
    /// Adds a stream provider on Kafka topics: one Orleans stream per key (namespace = topic, key = record key). Records of any producer are delivered to whoever
    /// subscribes, at least once and in order per key; offsets are committed only up to the first record that is not delivered; what cannot be delivered goes to the topic
    /// <c>dead-letters</c>. What is produced to a stream is appended as a CloudEvent with the stream's key.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The provider's name, by which grains and clients get streams; also the consumer group under which offsets are committed.</param>
    /// <param name="configure">Topics, brokers, serializer; called once, now.</param>
    public static ISiloBuilder AddKafkaStreams(this ISiloBuilder silo, string name, Action<KafkaStreamOptions> configure)
    {
        var options = silo.Services.AddKafka(name, configure);
        silo.Services.AddTopic(DeadLetter.TopicName);
        return silo.AddLogStreams(name, options.Apply);
    }

    /// <summary>The same provider for a client: it produces to streams, and subscribes when the provider has explicit subscriptions. Options must agree with the silos'.</summary>
    /// <inheritdoc cref="AddKafkaStreams(ISiloBuilder, string, Action{KafkaStreamOptions})"/>
    public static IClientBuilder AddKafkaStreams(this IClientBuilder client, string name, Action<KafkaStreamOptions> configure)
    {
        var options = client.Services.AddKafka(name, configure);
        return client.AddLogStreams(name, options.Apply);
    }

    /// <summary>A topic that every log of the process has from its start, once however many providers name it.</summary>
    internal static void AddTopic(this IServiceCollection services, string topic)
    {
        if (!services.Any(s => (s.ImplementationInstance as TopicDeclaration)?.Name == topic)) services.AddSingleton(new TopicDeclaration(topic));
    }

    private static KafkaStreamOptions AddKafka(this IServiceCollection services, string name, Action<KafkaStreamOptions> configure)
    {
        var options = new KafkaStreamOptions(services, name);
        configure(options);
        services.AddKafkaLog(options.Apply);
        foreach (string topic in options.Topics) services.AddTopic(topic);
        return options;
    }
}
