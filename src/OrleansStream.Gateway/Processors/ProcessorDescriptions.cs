using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>What several routes of a processor say about themselves in the API's reference.</summary>
internal static class ProcessorDescriptions
{
    /// <summary>The key in the path, and the headers by which a query waits.</summary>
    public static RouteHandlerBuilder WithKeyQuery(this RouteHandlerBuilder route, StreamProcessor processor) => route
        .WithPathParameter(processor.Names.KeyField, processor.Documentation.KeyExample)
        .WithHeaderParameter(MinPosition.Header, "Wait until this position is applied.", $"{processor.Names.Topic}:3:1842")
        .WithHeaderParameter("Prefer", "`wait=<seconds>`: how long `Min-Position` waits.", "wait=5");

    /// <summary>How a client says where an event stream begins.</summary>
    public static RouteHandlerBuilder WithStreamStart(this RouteHandlerBuilder route, string example) => route
        .WithHeaderParameter("Last-Event-ID", "Resume after this event.", example)
        .WithQueryParameter("lastEventId", "The same for clients that cannot set headers.", example);

    public static RouteHandlerBuilder ProducesEvents(this RouteHandlerBuilder route, string example) =>
        route.Produces<string>(200, "text/event-stream").WithResponseExample(200, example);

    public static RouteHandlerBuilder ProducesJson(this RouteHandlerBuilder route, int status, Type? type, string example) =>
        route.Produces(status, type ?? typeof(object), "application/json").WithResponseExample(status, example);

    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, ProcessorNames names, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in statuses) route.WithProblem(status, Examples.Problem(status, names));
        return route;
    }
}
