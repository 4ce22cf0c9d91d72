using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Streams;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Hosting;

public static class StreamEngineExtensions
{
    /// <summary>Adds the stream engine to a silo. An <see cref="Log.IEventLog"/> and an <see cref="ICheckpointStore"/> must be there.</summary>
    public static ISiloBuilder AddStreamEngine(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<StreamEngineOptions>()
            .BindConfiguration(StreamEngineOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<ProcessorRegistry>();
        silo.Services.AddSingleton<OutputPublisher>();
        silo.Services.AddSingleton<OutputHistory>();
        silo.Services.AddSingleton<ActiveKeys>();
        silo.Services.AddSingleton<Checkpointer>();
        silo.Services.AddSingleton<ICheckpointer>(sp => sp.GetRequiredService<Checkpointer>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(sp => sp.GetRequiredService<Checkpointer>());
        silo.AddPersistentStreams(PartitionStreams.Provider, LogAdapterFactory.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePullingAgent(agent => agent.Configure(o =>
            {
                o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                o.BatchContainerBatchSize = 1;
                // An outage must never turn into "delivered enough": the container is offered until it is taken.
                o.MaxEventDeliveryTime = TimeSpan.FromDays(3650);
            }));
        });
        return silo;
    }

    /// <summary>Says which grain handles a topic and where its outputs go.</summary>
    public static IServiceCollection AddProcessor(this IServiceCollection services, string topic, string grainType, string outputTopic) =>
        services.AddSingleton(new Processor(topic, GrainType.Create(grainType), outputTopic));
}
