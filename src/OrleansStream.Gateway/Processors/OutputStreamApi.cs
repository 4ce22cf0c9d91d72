using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>GET /v1/{outputs}/stream</c>: outputs as they become durable.</summary>
internal static class OutputStreamApi
{
    public static void MapOutputStream(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        var route = routes.MapGet(names.StreamPath(), (HttpContext context, EventStream stream) => StreamAsync(context, stream, processor))
            .RequireReadOrTicket()
            .WithName(ProcessorRoutes.OperationId("stream", names.OutputTopic))
            .WithTags(processor.Group())
            .WithSummary($"The {names.OutputTopic}, live (server-sent events)")
            .WithDescription(
                $"Each event is `{names.Output}` with the {names.Output} as JSON; its `id` is a cursor to resume from by `Last-Event-ID` or `lastEventId`. Without one the " +
                $"stream starts now, with `lastEventId=earliest` at the oldest {names.Output} in the log. A cursor that has expired gets `reset` first.");
        foreach (var (filter, values) in processor.OutputFilters)
            route.WithQueryParameter(filter, values.Count == 0 ? "One or several values." : $"One or several of {string.Join(", ", values)}.", values.Count == 0 ? "a,b" : string.Join(',', values.TakeLast(2)));
        route
            .WithQueryParameter(names.KeyField, $"One {names.Key} only.", shown.KeyExample)
            .WithStreamStart("1-120-98-131-77")
            .ProducesEvents($"event: {names.Output}\nid: 1-120-98-131-77\ndata: {shown.OutputExample}")
            .ProducesProblems(names, 400, 503);
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, StreamProcessor processor)
    {
        var wanted = new List<(string Header, string[] Values)>();
        foreach (var (filter, allowed) in processor.OutputFilters)
        {
            string[] values = context.Request.Query[filter].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (allowed.Count > 0 && values.FirstOrDefault(v => !allowed.Contains(v)) is { } unknown)
            {
                await Problems.Error(400, ProcessorRoutes.Invalid(filter), $"{filter} '{unknown}' is not one of {string.Join(", ", allowed)}.").ExecuteAsync(context);
                return;
            }
            if (values.Length > 0) wanted.Add((filter, values));
        }
        string key = context.Request.Query[processor.Names.KeyField].ToString();
        await stream.WriteAsync(context, [new StreamSource(processor.Names.OutputTopic, processor.Names.Output, record =>
            (key.Length == 0 || record.Key == key) && wanted.TrueForAll(w => w.Values.Contains(record.Header(w.Header))))]);
    }
}
