using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>GET /v1/{keys}/{key}</c>: the state of one key.</summary>
internal static class StateApi
{
    public static void MapState(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        routes.MapGet(names.StatePath(), (HttpContext context, KeyQuery query) => GetAsync(context, query, processor))
            .RequireScope(Scope.Read)
            .WithName(ProcessorRoutes.OperationId("get", names.Key))
            .WithTags(processor.Group())
            .WithSummary($"What is known of a {names.Key}")
            .WithKeyQuery(processor)
            .ProducesJson(200, shown.StateType, shown.StateExample)
            .ProducesProblems(names, 400, 404, 503, 504);
    }

    private static async Task<IResult> GetAsync(HttpContext context, KeyQuery query, StreamProcessor processor)
    {
        var (_, state, problem) = await query.FindAsync(context, processor, RouteText.Of(context, processor.Names.KeyField, 0));
        return state is null ? problem! : new JsonBytes(state.Json);
    }
}
