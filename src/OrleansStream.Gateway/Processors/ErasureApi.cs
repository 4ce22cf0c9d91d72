using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>DELETE /v1/{keys}/{key}</c>: forgets a person. A record of the key's topic like any other, so that it has its place among what was handed in.</summary>
internal static class ErasureApi
{
    /// <summary>The de-duplication source of erasures.</summary>
    private const string Source = "erasure";

    public static void MapErasure(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        routes.MapDelete(names.StatePath(), (HttpContext context, IEventLog log, IngestGates gates, TimeProvider time) => EraseAsync(context, processor, log, gates, time))
            .RequireScope(Scope.Operate)
            .WithName(ProcessorRoutes.OperationId("erase", names.Key))
            .WithTags(processor.Group())
            .WithSummary($"Erase what is known of a {names.Key}")
            .WithDescription(
                $"State, timers, and the {names.OutputTopic} listed under the {names.Key} are gone once this is applied (`Min-Position`): then it is not found. The log itself is not rewritten: what was handed in and put out stands in " +
                $"the topics `{names.Topic}` and `{names.OutputTopic}` until their retention removes it, and so does what other keys were told. What is handed in afterwards begins anew. The same answer whether or not anything was known.")
            .WithPathParameter(names.KeyField, shown.KeyExample)
            .Produces<KeyErasureAnswer>(202).WithResponseExample(202, $$"""{"key":"{{shown.KeyExample}}","position":"{{names.Topic}}:3:1901"}""")
            .ProducesProblems(names, 404, 429, 503);
    }

    private static async Task<IResult> EraseAsync(HttpContext context, StreamProcessor processor, IEventLog log, IngestGates gates, TimeProvider time)
    {
        string key = RouteText.Of(context, processor.Names.KeyField, 0);
        if (!processor.CanBeKey(key)) return Problems.Error(404, processor.Names.KeyNotFound(), $"Nothing is known of this {processor.Names.Key}.");
        if (gates.Refuse(context, processor.Names.Topic) is { } refused) return refused;
        var now = time.GetUtcNow();
        var record = new LogRecord
        {
            Key = key, Source = Source, Id = Guid.CreateVersion7(now).ToString("N"), Time = now, ReceivedAt = now,
            Headers = [new(LogHeaders.Kind, LogHeaders.Erasure)], Value = "{}"u8.ToArray(),
        };
        var position = (await log.AppendAsync(processor.Names.Topic, [record], context.RequestAborted))[0].Position;
        return TypedResults.Accepted((string?)null, new KeyErasureAnswer(key, position.ToString()));
    }
}

/// <param name="Key">Which.</param>
/// <param name="Position">Where the erasure stands in the log: for <c>Min-Position</c>.</param>
internal sealed record KeyErasureAnswer(string Key, string Position);
