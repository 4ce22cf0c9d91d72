using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Gateway.Replays;

/// <summary><c>POST /v1/replays</c>: delivers what is in the log again.</summary>
internal static class ReplaysApi
{
    private const string Example = """{"topic":"transactions","from":"2026-11-22T10:00:00Z","target":"card-42"}""";

    public static void MapReplays(this IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/replays", PostAsync)
        .RequireScope(Scope.Operate)
        .WithName("StartReplay").WithTags(JobsApi.Tag)
        .WithSummary("Replay records to a consumer group or a key")
        .WithDescription(
            "`from` is a position (`topic:partition:offset`, the first record, of that partition only), an RFC 3339 time (all partitions, by when records were handed in) or `earliest`. " +
            "`to` is a position (the last record) or a time (not included); without it the replay ends at the head of the log as it is now. `target` is the processors' group " +
            "(`orleansstream`), a read model (`dead-letters`, `jobs`: emptied and rebuilt, in every process) or a key; `group:` or `key:` in front says which. Keys have applied each record " +
            "once and keep their state; what they put out goes out again under the same ids.")
        .WithRequestBodyOf("application/json", Example)
        .ProducesJob(JobsApi.Example)
        .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The body is not valid JSON at line 1, byte 17."))
        .WithProblem(422, PipelineProblems.Example(422, "unknown-topic", "There is no topic 'orders'."));

    private static async Task<IResult> PostAsync(HttpContext context, IReplays replays, IOptions<GatewayOptions> options)
    {
        var json = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        var request = new ReplayRequest(json.Text("topic"), json.Text("from"), json.Text("to"), json.Text("target"));
        ReplayStarted started;
        try
        {
            started = await replays.StartAsync(request, context.RequestAborted);
        }
        catch (LogOverloadedException)
        {
            return JobsApi.Refused(context.Response);
        }
        if (started.Job is { } job) return JobsApi.Accepted(job);
        var errors = started.Errors.Select(e => new ProblemError(0, null, e.Code, e.Detail)).ToList();
        return Problems.Result(422, errors[0].Code, "The replay is not valid", string.Join(" ", errors.Select(e => e.Detail)), errors);
    }
}
