using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains;

public static class ProcessorExtensions
{
    /// <summary>The built-in processors, the same for silo and gateway.</summary>
    public static IServiceCollection AddOrleansStreamProcessors(this IServiceCollection services) => services
        .AddStreamProcessor<CardProcessor>();
}
