using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pipeline;
using OrleansStream.Gateway.Pipeline.Feed;
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
        events.Add(PipelineFeed.Topic, PipelineFeed.Topic);
        var first = processors.First();
        routes.MapGet("/v1/stream", (HttpContext context, EventStream stream, string? topics, string? records) => StreamAsync(context, stream, topics, records, events))
            .RequireReadOrTicket()
            .WithName("Stream")
            .WithTags("Live")
            .WithSummary("Several topics, live, over one connection (server-sent events)")
            .WithDescription(
                "The events of `/v1/{topic}/stream` of each topic, without filters; `id` is one cursor over all of them. A topic that was not in the list when the " +
                $"cursor was made begins now. Topics: {string.Join(", ", events.Keys)}. `records=true` is that of `/v1/pipeline/stream`.")
            .WithParameterExample("topics", string.Join(',', events.Keys)).WithParameterExample("records", "true")
            .WithStreamStart($"2~{first.Names.OutputTopic}:120.98.131.77")
            .ProducesEvents($"event: {first.Names.Output}\nid: 2~{first.Names.OutputTopic}:120.98.131.77\ndata: {first.Documentation.OutputExample}")
            .ProducesProblems(first.Names, 400, 503);
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, string? topics, string? records, Dictionary<string, string> events)
    {
        string[] wanted = [.. (topics ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        if (wanted.Length == 0 || wanted.FirstOrDefault(t => !events.ContainsKey(t)) is not null)
        {
            await Problems.Error(400, "unknown-topic", $"topics is a list of {string.Join(", ", events.Keys)}.").ExecuteAsync(context);
            return;
        }
        if (PipelineApi.ReadRecords(records) is not { } told)
        {
            await Problems.Error(400, "invalid-records", "records is true or false.").ExecuteAsync(context);
            return;
        }
        await stream.WriteAsync(context, [.. wanted.Select(t => t == PipelineFeed.Topic ? PipelineFeed.Source(told) : new StreamSource(t, events[t], _ => true))], named: true);
    }
}
