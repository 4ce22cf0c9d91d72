using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Providers;
using Orleans.Serialization;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Adds the provider of one Orleans stream per key, to silos and to clients.</summary>
public static class LogStreamExtensions
{
    /// <summary>
    /// Adds a stream provider with one stream per key of the log's topics: records appended by anyone are delivered to whoever subscribes to
    /// (namespace = topic, key = record key), and what is produced to a stream is appended. An <see cref="Log.IEventLog"/> must be registered.
    /// <para>
    /// At least once, in order per key. A grain with an implicit subscription must implement
    /// <see cref="Orleans.Streams.Core.IStreamSubscriptionObserver"/> or resume when it is activated: Orleans reports what nobody observes as delivered.
    /// </para>
    /// <para>
    /// <paramref name="name"/> is the provider's name, by which grains and clients get streams. <paramref name="advanced"/> reaches Orleans' own
    /// settings, such as the queue balancer; leave <c>BatchContainerBatchSize</c> at 1.
    /// </para>
    /// </summary>
    public static ISiloBuilder AddLogStreams(
        this ISiloBuilder silo, string name, Action<LogStreamOptions> configure, Action<ISiloPersistentStreamConfigurator>? advanced = null)
    {
        silo.Services.AddLogStreamServices(name, configure, delivers: true);
        silo.AddPersistentStreams(name, LogStreamAdapterFactory.Create, streams =>
        {
            streams.Configure<StreamPubSubOptions>(builder => builder.Configure<IOptionsMonitor<LogStreamOptions>>(
                (pubSub, options) => pubSub.PubSubType = options.Get(name).PubSubType));
            streams.ConfigurePullingAgent(builder => builder.Configure<IOptionsMonitor<LogStreamOptions>>(
                (agent, options) => Configure(agent, options.Get(name))));
            streams.ConfigureBackoffProvider((sp, _) =>
                (IMessageDeliveryBackoffProvider)new DeliveryBackoff(sp.GetRequiredService<IOptionsMonitor<LogStreamOptions>>().Get(name)));
            advanced?.Invoke(streams);
        });
        return silo;
    }

    /// <summary>
    /// The same provider for a client that can reach the log: it produces to streams, and subscribes when the provider has explicit
    /// subscriptions. Options must agree with the silos'.
    /// </summary>
    public static IClientBuilder AddLogStreams(this IClientBuilder client, string name, Action<LogStreamOptions> configure)
    {
        client.Services.AddLogStreamServices(name, configure, delivers: false);
        client.AddPersistentStreams(name, LogStreamAdapterFactory.Create, streams =>
            streams.Configure<StreamPubSubOptions>(builder => builder.Configure<IOptionsMonitor<LogStreamOptions>>(
                (pubSub, options) => pubSub.PubSubType = options.Get(name).PubSubType)));
        return client;
    }

    /// <summary>Values of the provider's records are JSON. Call it on silos and clients.</summary>
    public static IServiceCollection AddJsonLogStreamRecords(this IServiceCollection services, string name, JsonSerializerOptions? options = null) =>
        services.AddKeyedSingleton<IStreamRecordSerializer>(name, new JsonRecordSerializer(options));

    private static void AddLogStreamServices(this IServiceCollection services, string name, Action<LogStreamOptions> configure, bool delivers)
    {
        services.AddOptions<LogStreamOptions>(name).Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LogStreamOptions>>(sp => new LogStreamOptionsValidator(name, delivers, sp));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton<IStreamRecordSerializer>(name, (sp, _) => new OrleansRecordSerializer(sp.GetRequiredService<Serializer>()));
        services.TryAddKeyedSingleton<IStreamIdSelector>(name, (_, _) => new TopicNamespaceSelector());
        services.AddKeyedSingleton(name, (sp, _) => new StreamRecordFormat(
            sp.GetRequiredKeyedService<IStreamRecordSerializer>(name), sp.GetRequiredService<Serializer<Dictionary<string, object>>>(),
            sp.GetRequiredService<TimeProvider>()));
    }

    private static void Configure(StreamPullingAgentOptions agent, LogStreamOptions options)
    {
        agent.GetQueueMsgsTimerPeriod = options.Tick;
        // Records are coalesced by the cache; the agent's own batching acknowledges by the first of a batch.
        agent.BatchContainerBatchSize = 1;
        agent.MaxEventDeliveryTime = options.MaxEventDeliveryTime;
        agent.StreamInactivityPeriod = options.StreamInactivityPeriod;
    }
}
