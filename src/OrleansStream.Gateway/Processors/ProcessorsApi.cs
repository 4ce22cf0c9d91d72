using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>The routes of every processor of this process: nothing here knows what they process.</summary>
internal static class ProcessorsApi
{
    public static void MapProcessors(this IEndpointRouteBuilder routes)
    {
        foreach (var processor in routes.ServiceProvider.GetRequiredService<ProcessorRegistry>().All)
        {
            if (processor.TakesRequests) routes.MapIngest(processor);
            if (processor.ShowsState) routes.MapState(processor);
            if (processor.IsErasable) routes.MapErasure(processor);
            if (processor.ListsOutputs) routes.MapOutputs(processor);
            routes.MapOutputStream(processor);
        }
    }
}
