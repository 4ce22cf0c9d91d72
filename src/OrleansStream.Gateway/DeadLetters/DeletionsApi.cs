using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.DeadLetters;

namespace OrleansStream.Gateway.DeadLetters;

/// <summary><c>DELETE /v1/dead-letters/{id}</c> and <c>DELETE /v1/dead-letters?…</c>: what nobody will look at again.</summary>
internal static class DeletionsApi
{
    public static void MapDeletions(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/v1/dead-letters/{id}", DeleteAsync)
            .RequireScope(Scope.Operate)
            .WithName("DeleteDeadLetter").WithTags(JobsApi.Tag)
            .WithSummary("Delete a dead letter")
            .WithDescription("It is listed with `status=deleted` only and cannot be redriven. Again the same answer.")
            .WithParameterExample("id", DeadLetterExamples.Id)
            .Produces(204)
            .WithNotFound();
        routes.MapDelete("/v1/dead-letters", DeleteManyAsync)
            .RequireScope(Scope.Operate)
            .WithName("DeleteDeadLetters").WithTags(JobsApi.Tag)
            .WithSummary("Delete all dead letters that match")
            .WithDescription("At least one of `topic`, `code` and `status` is needed.")
            .WithParameterExample("topic", "transactions").WithParameterExample("code", "undecodable").WithParameterExample("status", "redriven")
            .Produces<DeleteAnswer>().WithResponseExample(200, """{"deleted":17}""")
            .WithProblem(400, PipelineProblems.Example(400, "filter-required", "Say which: topic, code or status."));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, DeadLetterQueue letters)
    {
        if (DeadLettersApi.Find(letters, id) is not { } entry) return DeadLettersApi.NotFound();
        if (entry.Status != DeadLetterStatus.Deleted) await letters.DeleteAsync(entry, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteManyAsync(HttpContext context, DeadLetterQueue letters, string? topic, string? code, string? status)
    {
        var filter = DeadLettersApi.Filter(topic, code, status);
        if (filter is { Topic: null, Codes: not { Count: > 0 }, Status: null }) return Problems.Error(400, "filter-required", "Say which: topic, code or status.");
        return TypedResults.Ok(new DeleteAnswer(await letters.DeleteAsync(filter, context.RequestAborted)));
    }
}
