using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Streaming;

namespace OrleansStream.Gateway.Topics;

/// <summary><c>GET /v1/topics</c>: where every partition of every topic stands.</summary>
internal static class TopicsApi
{
    public static void MapTopics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/topics", ListAsync)
            .RequireScope(Scope.Read)
            .WithName("ListTopics")
            .WithTags("Pipeline")
            .WithSummary("Topics and their partitions")
            .WithDescription(
                "Per partition: the oldest readable offset (`low`), the offset after the newest record (`high`), and, where a processor takes the topic, what is committed, how many " +
                "records wait (`lag`) and for how long the oldest (`watermarkAgeSeconds`), the silo that owns it, and its hottest keys of the last minutes with the bound of their count's error.")
            .Produces<TopicList>().WithResponseExample(200, Examples.Topics);
        routes.MapSnapshots("topics", "Pipeline", Examples.Topics, async services => await services.GetRequiredService<TopicStatus>().ReadAsync());
    }

    private static async Task<IResult> ListAsync(TopicStatus status) => TypedResults.Ok(await status.ReadAsync());
}
