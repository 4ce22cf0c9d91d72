using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.DeadLetters;

/// <summary><c>GET /v1/dead-letters</c> and <c>…/{id}</c>: what could not be applied, and why.</summary>
internal static class DeadLettersApi
{
    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/dead-letters", ListAsync)
            .RequireScope(Scope.Read)
            .WithName("ListDeadLetters").WithTags(JobsApi.Tag)
            .WithSummary("Records that could not be applied, newest first")
            .WithDescription("Without `status` all but the deleted ones. `code` takes several, with commas. `next` of one answer is `cursor` of the next.")
            .WithParameterExample("topic", "transactions").WithParameterExample("code", "undecodable,apply-failed").WithParameterExample("status", "open")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", "638994240000100000-3-17")
            .Produces<DeadLetterPage>().WithResponseExample(200, DeadLetterExamples.Page)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-status", "status is one of open, redriven, deleted."));
        routes.MapGet("/v1/dead-letters/{id}", GetAsync)
            .RequireScope(Scope.Read)
            .WithName("GetDeadLetter").WithTags(JobsApi.Tag)
            .WithSummary("A dead letter with its record's bytes")
            .WithDescription("`value` is base64; `text` is there too when the bytes are UTF-8. `redriveOf` names the dead letter that this record was sent again from.")
            .WithParameterExample("id", DeadLetterExamples.Id)
            .Produces<DeadLetterDetail>().WithResponseExample(200, DeadLetterExamples.Detail)
            .WithNotFound();
        routes.MapSnapshots("dead-letters", JobsApi.Tag, DeadLetterExamples.Page, services => ValueTask.FromResult(
            Page(services.GetRequiredService<DeadLetterQueue>().List(Filter(null, null, null), null, PageLimit.Default + 1), PageLimit.Default)));
        routes.MapRedrives();
        routes.MapDeletions();
    }

    /// <summary>The letter with this id; null when there is none, or it was deleted.</summary>
    public static DeadLetterEntry? Find(DeadLetterQueue letters, string id) => Position.TryParse(id, out var position) ? letters.Find(position) : null;

    public static IResult NotFound() => Problems.Error(404, "dead-letter-not-found", "There is no dead letter with this id.");

    public static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithProblem(404, PipelineProblems.Example(404, "dead-letter-not-found", "There is no dead letter with this id."));

    /// <summary>What the query parameters choose.</summary>
    /// <exception cref="RequestRejectedException">A status that there is not.</exception>
    public static DeadLetterFilter Filter(string? topic, string? code, string? status)
    {
        if (!string.IsNullOrEmpty(status) && !DeadLetterStatus.All.Contains(status))
            throw new RequestRejectedException(400, "invalid-status", $"status is one of {string.Join(", ", DeadLetterStatus.All)}.");
        return new DeadLetterFilter(
            string.IsNullOrEmpty(topic) ? null : topic,
            code?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            string.IsNullOrEmpty(status) ? null : status);
    }

    private static IResult ListAsync(DeadLetterQueue letters, string? topic, string? code, string? status, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        var filter = Filter(topic, code, status);
        DeadLetterCursor? after = null;
        if (cursor is not null)
        {
            if (!DeadLetterCursor.TryParse(cursor, out var parsed)) return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
            after = parsed;
        }
        var items = letters.List(filter, after, take + 1);
        return TypedResults.Ok(Page(items, take));
    }

    private static DeadLetterPage Page(IReadOnlyList<DeadLetterEntry> items, int take) =>
        new([.. items.Take(take).Select(DeadLetterView.Of)], items.Count > take ? DeadLetterCursor.Of(items[take - 1]).ToString() : null);

    private static async Task<IResult> GetAsync(HttpContext context, string id, DeadLetterQueue letters)
    {
        if (Find(letters, id) is not { } entry || entry.Status == DeadLetterStatus.Deleted) return NotFound();
        return await letters.ReadAsync(entry, context.RequestAborted) is { } letter ? TypedResults.Ok(new DeadLetterDetail(entry, letter)) : NotFound();
    }
}
