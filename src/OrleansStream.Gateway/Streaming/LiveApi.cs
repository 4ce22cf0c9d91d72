using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Streaming;

/// <summary><c>GET /v1/stream?topics=</c>: several event streams over one connection.</summary>
internal static class LiveApi
{
    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        var processors = routes.ServiceProvider.GetRequiredService<ProcessorRegistry>().All;
        if (processors.Count == 0) return;
        var events = processors.ToDictionary(p => p.Names.OutputTopic, p => p.Names.Output);
        var first = processors.First();
        routes.MapGet("/v1/stream", (HttpContext context, EventStream stream, string? topics) => StreamAsync(context, stream, topics, events))
            .WithName("Stream")
            .WithTags("Live")
            .WithSummary("Several topics, live, over one connection (server-sent events)")
            .WithDescription(
                "The events of `/v1/{topic}/stream` of each topic, without filters; `id` is one cursor over all of them. A topic that was not in the list when the " +
                $"cursor was made begins now. Topics: {string.Join(", ", events.Keys)}.")
            .WithParameterExample("topics", string.Join(',', events.Keys))
            .WithStreamStart($"2~{first.Names.OutputTopic}:120.98.131.77")
            .ProducesEvents($"event: {first.Names.Output}\nid: 2~{first.Names.OutputTopic}:120.98.131.77\ndata: {first.Documentation.OutputExample}")
            .ProducesProblems(first.Names, 400, 503);
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, string? topics, Dictionary<string, string> events)
    {
        string[] wanted = [.. (topics ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        if (wanted.Length == 0 || wanted.FirstOrDefault(t => !events.ContainsKey(t)) is not null)
        {
            await Problems.Error(400, "unknown-topic", $"topics is a list of {string.Join(", ", events.Keys)}.").ExecuteAsync(context);
            return;
        }
        await stream.WriteAsync(context, [.. wanted.Select(t => new StreamSource(t, events[t], _ => true))], named: true);
    }
}
