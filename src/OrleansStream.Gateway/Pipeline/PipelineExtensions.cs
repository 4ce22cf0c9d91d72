using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Gateway.Pipeline.Counts;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Pipeline;

internal static class PipelineExtensions
{
    /// <summary>The batch job, the counts, and the event stream of both.</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddOptions<PipelineOptions>().BindConfiguration(PipelineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RecordSamples>();
        services.AddReadModel<PipelineCounts>();
        services.AddSingleton<BatchJob>();
        // It comes back for the records of its interval, and would fetch all of them once more.
        services.PostConfigure<KafkaLogOptions>(o => o.TailKeep = Math.Max(o.TailKeep, o.TailRecords));
        services.AddHostedService(sp => sp.GetRequiredService<BatchJob>());
        services.AddSingleton<PipelineStatus>();
        services.AddSingleton<PipelineFeed>();
        services.AddHostedService(sp => sp.GetRequiredService<PipelineFeed>());
        services.AddSingleton<FeedLog>();
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<EventStream>(sp, sp.GetRequiredService<FeedLog>()));
        return services;
    }
}
