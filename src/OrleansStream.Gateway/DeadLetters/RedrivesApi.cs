using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.DeadLetters;

/// <summary><c>POST /v1/dead-letters/{id}/redrive</c> and <c>POST /v1/dead-letters/redrive</c>: sends records to their topics again.</summary>
internal static class RedrivesApi
{
    public static void MapRedrives(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/dead-letters/redrive", RedriveManyAsync)
            .RequireScope(Scope.Operate)
            .WithName("RedriveDeadLetters").WithTags(JobsApi.Tag)
            .WithSummary("Send many dead letters again, as a job")
            .WithDescription("Open ones of this topic and with one of these codes, as they are now; an empty object means all. What fails again becomes a dead letter of its own and is not sent again by the same job.")
            .WithRequestBodyOf("application/json", """{"topic":"transactions","codes":["apply-failed"]}""")
            .ProducesJob(DeadLetterExamples.RedriveJob)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-codes", "codes is a list of texts."));
        routes.MapPost("/v1/dead-letters/{id}/redrive", RedriveAsync)
            .RequireScope(Scope.Operate)
            .WithName("RedriveDeadLetter").WithTags(JobsApi.Tag)
            .WithSummary("Send a dead letter's record to its topic again")
            .WithDescription("The same bytes with the same key, source, id and time. It counts once: again the same answer.")
            .WithParameterExample("id", DeadLetterExamples.Id)
            .Produces<RedriveAnswer>(202).WithResponseExample(202, DeadLetterExamples.Redriven)
            .WithNotFound()
            .WithProblem(409, PipelineProblems.Example(409, "dead-letter-deleted", "The dead letter was deleted."));
    }

    private static async Task<IResult> RedriveAsync(HttpContext context, string id, DeadLetterQueue letters)
    {
        if (DeadLettersApi.Find(letters, id) is not { } entry) return DeadLettersApi.NotFound();
        var result = await letters.RedriveAsync(entry, context.RequestAborted);
        return result.Outcome switch
        {
            RedriveOutcome.Redriven => TypedResults.Accepted((string?)null, new RedriveAnswer(entry.Id.ToString(), result.Position.ToString()!)),
            RedriveOutcome.Deleted => Problems.Error(409, "dead-letter-deleted", "The dead letter was deleted."),
            _ => Problems.Error(404, "dead-letter-expired", "The log has the bytes of this dead letter no more."),
        };
    }

    private static async Task<IResult> RedriveManyAsync(HttpContext context, DeadLetterQueue letters, IOptions<GatewayOptions> options)
    {
        var json = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        var filter = new DeadLetterFilter(json.Text("topic"), json.Texts("codes"));
        try
        {
            return JobsApi.Accepted(await letters.RedriveAsync(filter, context.RequestAborted));
        }
        catch (LogOverloadedException)
        {
            return JobsApi.Refused(context.Response);
        }
    }
}
