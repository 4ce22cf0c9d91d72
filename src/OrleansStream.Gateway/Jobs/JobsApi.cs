using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Jobs;

/// <summary><c>/v1/jobs</c>: work that goes on after its request was answered.</summary>
internal static class JobsApi
{
    public const string Tag = "Pipeline";

    private static readonly IngestPressure Full = new("jobs", TimeSpan.FromSeconds(5), "As many jobs wait for their turn as may. Nothing was started.");

    public const string Example =
        """
        {"id":"019aaf0f5e2c7d3f8b1a0c9d2e4f6a71","kind":"replay","status":"running","topic":"transactions","target":"card-42","from":"earliest","createdAt":"2026-11-22T10:00:00Z","startedAt":"2026-11-22T10:00:00.01Z","progress":{"total":1843,"scanned":1024,"delivered":12,"applied":12,"published":12,"skipped":0,"percent":55.5}}
        """;

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs", ListAsync)
            .RequireScope(Scope.Read)
            .WithName("ListJobs").WithTags(Tag)
            .WithSummary("Replays, redrives and other jobs, newest first")
            .WithDescription("The newest 1,000 of the cluster, finished ones for 30 days, unless configured otherwise. `next` of one answer is `cursor` of the next.")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", "019aaf0f5e2c7d3f8b1a0c9d2e4f6a71")
            .Produces<JobPage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-limit", "limit is a whole number from 1 to 500."));
        routes.MapSnapshots("jobs", Tag, $$"""{"items":[{{Example}}],"next":null}""", async services =>
            Page(await services.GetRequiredService<JobClient>().ListAsync(null, PageLimit.Default + 1), PageLimit.Default));
        routes.MapGet("/v1/jobs/{id}", async (string id, JobClient jobs) => await jobs.FindAsync(id) is { } job ? TypedResults.Ok(job) : NotFound())
            .RequireScope(Scope.Read)
            .WithName("GetJob").WithTags(Tag)
            .WithSummary("A job and how far it is")
            .WithDescription("`status` is `queued`, `running`, `completed`, `failed` (then `error` says why) or `cancelled`. A job outlives restarts of the process that runs it.")
            .WithParameterExample("id", "019aaf0f5e2c7d3f8b1a0c9d2e4f6a71")
            .Produces<Job>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "job-not-found", "There is no job with this id."));
        routes.MapDelete("/v1/jobs/{id}", async (string id, JobClient jobs) => await jobs.CancelAsync(id) is { } job ? TypedResults.Ok(job) : NotFound())
            .RequireScope(Scope.Operate)
            .WithName("CancelJob").WithTags(Tag)
            .WithSummary("End a job where it is")
            .WithDescription("What it has done stays done. A finished job stays as it is.")
            .WithParameterExample("id", "019aaf0f5e2c7d3f8b1a0c9d2e4f6a71")
            .Produces<Job>().WithResponseExample(200, Example.Replace("\"running\"", "\"cancelled\"", StringComparison.Ordinal))
            .WithProblem(404, PipelineProblems.Example(404, "job-not-found", "There is no job with this id."));
    }

    /// <summary>The answer to a request that became a job.</summary>
    public static IResult Accepted(Job job) => TypedResults.Accepted($"/v1/jobs/{job.Id}", job);

    /// <summary>The answer to a request that could not become one now.</summary>
    public static IResult Refused(HttpResponse response) => Overload.Answer(response, Full);

    public static RouteHandlerBuilder ProducesJob(this RouteHandlerBuilder route, string example) => route
        .Produces<Job>(202).WithResponseExample(202, example)
        .WithProblem(429, PipelineProblems.Example(429, "overloaded", Full.Detail));

    private static async Task<IResult> ListAsync(JobClient jobs, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        if (cursor is not null && !JobClient.CanBeId(cursor)) return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        var items = await jobs.ListAsync(cursor, take + 1);
        return TypedResults.Ok(Page(items, take));
    }

    private static JobPage Page(IReadOnlyList<Job> items, int take) => new([.. items.Take(take)], items.Count > take ? items[take - 1].Id : null);

    private static IResult NotFound() => Problems.Error(404, "job-not-found", "There is no job with this id.");
}

/// <summary>One page of jobs.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record JobPage(IReadOnlyList<Job> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
