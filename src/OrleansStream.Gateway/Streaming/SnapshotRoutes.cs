using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Processors;

namespace OrleansStream.Gateway.Streaming;

/// <summary><c>GET /v1/{list}/stream</c> for lists that no topic is of.</summary>
internal static class SnapshotRoutes
{
    private const string Id = "5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b";

    /// <summary>Maps the stream of a list.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="name">The list: <c>services</c>; also the name of its events.</param>
    /// <param name="tag">The heading in the API's reference.</param>
    /// <param name="example">An answer of <c>GET /v1/{list}</c>.</param>
    /// <param name="read">That answer's body now.</param>
    public static void MapSnapshots<T>(this IEndpointRouteBuilder routes, string name, string tag, string example, Func<IServiceProvider, ValueTask<T>> read) => routes
        .MapGet($"/v1/{name}/stream", (HttpContext context, SnapshotStream stream, IOptions<JsonOptions> json) => stream.WriteAsync(
            context, name, async () => JsonSerializer.SerializeToUtf8Bytes(await read(routes.ServiceProvider), json.Value.SerializerOptions)))
        .RequireReadOrTicket()
        .WithName(OperationName(name)).WithTags(tag)
        .WithSummary($"What GET /v1/{name} answers, live (server-sent events)")
        .WithDescription("Each event is the whole first page, at once and whenever it has changed, at most twice a second. `id` stands for its content: who resumes with it is told of nothing that is the same.")
        .WithStreamStart(Id)
        .ProducesEvents($"event: {name}\nid: {Id}\ndata: {example}");

    private static string OperationName(string name) => ProcessorRoutes.OperationId("stream", name);
}
