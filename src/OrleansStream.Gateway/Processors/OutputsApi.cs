using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>GET /v1/{keys}/{key}/{outputs}</c> and <c>…/{id}</c>: what the events of one key led to.</summary>
internal static class OutputsApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    public static void MapOutputs(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        routes.MapGet(names.OutputsPath(), (HttpContext context, KeyQuery query, string? limit, string? before, string? cursor) => ListAsync(context, query, processor, limit, before, cursor))
            .RequireScope(Scope.Read)
            .WithName(ProcessorRoutes.OperationId("list", names.Key, names.OutputTopic))
            .WithTags(processor.Group())
            .WithSummary($"The {names.OutputTopic} of a {names.Key}, newest first")
            .WithDescription($"`next` of one answer is `cursor` of the next. `before` takes a position, or an RFC 3339 time for {names.Topic} that happened before it.")
            .WithKeyQuery(processor)
            .WithParameterExample("limit", "50").WithParameterExample("before", "2026-11-22T10:00:00Z").WithParameterExample("cursor", $"{names.Topic}:3:1843")
            .ProducesJson(200, typeof(OutputList<>).MakeGenericType(shown.OutputType ?? typeof(object)), $$"""{"items":[{{shown.OutputExample}}],"next":"{{names.Topic}}:3:1843"}""")
            .ProducesProblems(names, 400, 404, 503, 504);
        routes.MapGet(names.OutputPath(), (HttpContext context, KeyQuery query) => GetAsync(context, query, processor))
            .RequireScope(Scope.Read)
            .WithName(ProcessorRoutes.OperationId("get", names.Key, names.Output))
            .WithTags(processor.Group())
            .WithSummary($"One {names.Output} of a {names.Key}, by the id of its input")
            .WithKeyQuery(processor)
            .WithPathParameter(names.OutputId, Examples.IdOf(shown.EventExample))
            .ProducesJson(200, shown.OutputType, shown.OutputExample)
            .ProducesProblems(names, 400, 404, 503, 504);
    }

    private static async Task<IResult> ListAsync(HttpContext context, KeyQuery query, StreamProcessor processor, string? limit, string? before, string? cursor)
    {
        int take = DefaultLimit;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MaxLimit))
            return Problems.Error(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}.");
        var start = OutputListStart.Parse(processor.Names.Topic, before, cursor);
        if (start is null)
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer; before is a position, or an RFC 3339 time with offset.");
        var (grain, _, problem) = await query.FindAsync(context, processor, RouteText.Of(context, processor.Names.KeyField, 1));
        if (grain is null) return problem!;
        return new JsonBytes((await OutputPage.ReadAsync(grain, start, take)).ToJson());
    }

    private static async Task<IResult> GetAsync(HttpContext context, KeyQuery query, StreamProcessor processor)
    {
        var names = processor.Names;
        var (grain, _, problem) = await query.FindAsync(context, processor, RouteText.Of(context, names.KeyField, 2));
        if (grain is null) return problem!;
        return await grain.FindOutput(RouteText.Of(context, names.OutputId, 0)) is { } output
            ? new JsonBytes(output.Json)
            : Problems.Error(404, names.OutputNotFound(), $"The {names.Key} has no {names.Output} with this id.");
    }
}

/// <summary>One page of outputs, as the API's reference describes it.</summary>
/// <param name="Items">Newest first, in the order of the log.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record OutputList<TOutput>(
    IReadOnlyList<TOutput> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
