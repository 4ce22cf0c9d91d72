using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Hosting;

/// <summary>Adds the engine to a silo, and what watches it to any process with the log.</summary>
public static class StreamEngineExtensions
{
    /// <summary>Adds the stream engine to a silo. An <see cref="IEventLog"/> and an <see cref="ICheckpointStore"/> must be there.</summary>
    public static ISiloBuilder AddStreamEngine(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<StreamEngineOptions>()
            .BindConfiguration(StreamEngineOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<ProcessorRegistry>();
        silo.Services.AddSingleton<OutputPublisher>();
        silo.Services.AddSingleton<KeyEngines>();
        silo.Services.AddSingleton<LocalKeyTables>();
        silo.Services.AddSingleton<OwnerRegister>();
        silo.Services.TryAddSingleton<OffsetTrackerFactory>(start => new OffsetTracker(start));
        silo.Services.AddSingleton<ICheckpointServiceClient, CheckpointServiceClient>();
        silo.Services.AddSingleton<IEpochWatch, EpochWatch>();
        silo.Services.AddStreamJobs();
        silo.AddGrainService<CheckpointService>();
        silo.Services.AddLagMonitor();
        silo.Services.AddSingleton<OutputHistory>();
        silo.Services.AddSingleton<SuspectKeys>();
        silo.Services.AddSingleton<StoreProbe>();
        silo.Services.AddSingleton<Checkpointer>();
        silo.Services.AddSingleton<ICheckpointer>(sp => sp.GetRequiredService<Checkpointer>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(sp => sp.GetRequiredService<Checkpointer>());
        silo.AddPersistentStreams(PartitionStreams.Provider, LogAdapterFactory.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePullingAgent(agent => agent.Configure<IOptions<StreamEngineOptions>>((o, engine) =>
            {
                o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                o.BatchContainerBatchSize = 1;
                o.StreamInactivityPeriod = engine.Value.StreamInactivityPeriod;
                // An outage must never turn into "delivered enough": the container is offered until it is taken.
                o.MaxEventDeliveryTime = TimeSpan.FromDays(3650);
            }));
        });
        return silo;
    }

    /// <summary>
    /// Watches how far the processors are behind the log, for metrics and for the edge's back-pressure. For any process that has the log; once per process counts.
    /// </summary>
    public static IServiceCollection AddLagMonitor(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(LagMonitor))) return services;
        services.AddOptions<PressureOptions>().BindConfiguration(PressureOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<StreamEngineOptions>().BindConfiguration(StreamEngineOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LagMonitor>();
        services.AddSingleton<IIngestGate>(sp => sp.GetRequiredService<LagMonitor>());
        services.AddHostedService(sp => sp.GetRequiredService<LagMonitor>());
        return services;
    }
}
