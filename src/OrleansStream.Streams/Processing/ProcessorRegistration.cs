using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>Adds processors to a process.</summary>
public static class ProcessorRegistration
{
    /// <summary>
    /// Adds a processor to this process: a silo delivers its topic to its keys' grains, a gateway maps its routes, a log creates its topics. The grain is the
    /// class derived from <see cref="KeyedStreamGrain{TEvent, TState, TOutput, TFacts}"/> with the processor's key as its grain type.
    /// </summary>
    public static IServiceCollection AddStreamProcessor<TProcessor>(this IServiceCollection services)
        where TProcessor : StreamProcessor, new() => services.AddStreamProcessor(new TProcessor());

    /// <inheritdoc cref="AddStreamProcessor{TProcessor}"/>
    /// <remarks>A processor of the same class that is there already stays: a silo and a gateway of one process each add theirs.</remarks>
    public static IServiceCollection AddStreamProcessor(this IServiceCollection services, StreamProcessor processor)
    {
        if (services.Any(s => s.ServiceType == typeof(StreamProcessor) && s.ImplementationInstance?.GetType() == processor.GetType())) return services;
        services.AddSingleton(processor);
        services.AddSingleton(new TopicDeclaration(processor.Names.Topic));
        services.AddSingleton(new TopicDeclaration(processor.Names.OutputTopic) { MayUseReserve = true });
        services.TryAddSingleton<ProcessorRegistry>();
        return services;
    }
}
