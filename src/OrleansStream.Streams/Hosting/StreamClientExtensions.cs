using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.Hosting;

/// <summary>Adds what a process needs that has the log and asks keys, and delivers nothing.</summary>
public static class StreamClientExtensions
{
    /// <summary>
    /// What a process needs that asks and does not process: the lists of dead letters and jobs, redrives and replays. A silo has it by
    /// <see cref="StreamEngineExtensions.AddStreamEngine"/>; calling both counts once. An <see cref="IEventLog"/> and a cluster client must be there.
    /// </summary>
    public static IServiceCollection AddStreamClient(this IServiceCollection services)
    {
        services.AddOptions<StreamEngineOptions>().BindConfiguration(StreamEngineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ReplayOptions>().BindConfiguration(ReplayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DeadLetterOptions>().BindConfiguration(DeadLetterOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProcessorRegistry>();
        // Few and small, and what has to be said of records that were accepted before the log was full.
        services.AddTopic(new TopicDeclaration(DeadLetter.TopicName) { MayUseReserve = true });
        services.AddTopic(new TopicDeclaration(JobRecord.Topic, 1) { MayUseReserve = true });
        services.AddReadModel<DeadLetterList>();
        services.AddReadModel<JobList>();
        services.AddReadModel<ReadModelRebuilds>();
        services.AddHostedService<RebuildAttendant>();
        services.TryAddSingleton<JobClient>();
        services.TryAddSingleton<DeadLetterQueue>();
        services.TryAddSingleton<IReplays, Replays>();
        services.TryAddSingleton<ReplaySlots>();
        services.TryAddSingleton<SharedScans>();
        services.TryAddSingleton(sp => new ReplayReader(
            sp.GetRequiredService<IEventLog>(), sp.GetRequiredService<SharedScans>(), sp.GetRequiredService<ReplaySlots>(), sp.GetRequiredService<IOptions<ReplayOptions>>()));
        return services;
    }

    /// <summary>The parts that need a silo: jobs at work, snapshots in its store.</summary>
    internal static IServiceCollection AddStreamJobs(this IServiceCollection services)
    {
        services.AddStreamClient();
        services.TryAddSingleton<ISnapshotStore, CheckpointSnapshotStore>();
        services.TryAddSingleton<KeyDelivery>();
        services.TryAddSingleton<JobStorage>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<JobKind, ReplayJob>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<JobKind, RedriveJob>());
        services.AddHostedService<JobAttendant>();
        return services;
    }

    private static void AddTopic(this IServiceCollection services, TopicDeclaration topic)
    {
        if (!services.Any(s => s.ServiceType == typeof(TopicDeclaration) && (s.ImplementationInstance as TopicDeclaration)?.Name == topic.Name)) services.AddSingleton(topic);
    }
}
