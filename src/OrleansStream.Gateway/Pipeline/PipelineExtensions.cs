using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Gateway.Pipeline.Counts;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Gateway.Streaming;
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
        services.AddHostedService(sp => sp.GetRequiredService<BatchJob>());
        services.AddSingleton<PipelineStatus>();
        services.AddSingleton<PipelineFeed>();
        services.AddHostedService(sp => sp.GetRequiredService<PipelineFeed>());
        services.AddSingleton<FeedLog>();
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<EventStream>(sp, sp.GetRequiredService<FeedLog>()));
        return services;
    }
}
