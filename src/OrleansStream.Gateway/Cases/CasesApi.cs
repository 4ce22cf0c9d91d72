using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Fraud;
using OrleansStream.Grains.Fraud.Cases;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Cases;

/// <summary><c>/v1/cases</c>: decisions that somebody should look at.</summary>
internal static class CasesApi
{
    private const string Tag = "Cases";
    private const int LongestNote = 2_000;
    private static readonly TimeSpan ListWait = TimeSpan.FromSeconds(5);

    private const string Example =
        """
        {"id":"d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b","transactionId":"tx-2","cardId":"card-42","status":"confirmed","score":74,"reasons":["VELOCITY_COUNT"],"position":"transactions:3:1843","time":"2026-11-22T10:10:00Z","openedAt":"2026-11-22T10:10:00.01Z","updatedAt":"2026-11-22T11:00:00Z","note":"the holder knows nothing of it","trail":[{"at":"2026-11-22T10:10:00.01Z","status":"open","by":"rules"},{"at":"2026-11-22T11:00:00Z","status":"confirmed","by":"analyst","note":"the holder knows nothing of it"}]}
        """;

    public static void MapCases(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cases", List)
            .RequireScope(Scope.Read)
            .WithName("ListCases").WithTags(Tag)
            .WithSummary("Cases, newest first")
            .WithDescription("A decision to review opens a case. `next` of one answer is `cursor` of the next.")
            .WithParameterExample("status", "open").WithParameterExample("cardId", "card-42").WithParameterExample("limit", "50")
            .WithParameterExample("cursor", "d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b")
            .Produces<CasePage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-status", "status is one of open, confirmed, dismissed."));
        routes.MapSnapshots("cases", Tag, $$"""{"items":[{{Example}}],"next":null}""", services => ValueTask.FromResult(
            Page(services.GetRequiredService<CaseList>().List(null, null, null, PageLimit.Default + 1), PageLimit.Default)));
        routes.MapGet("/v1/cases/{id}", (string id, CaseList cases) => cases.Find(id) is { } found ? TypedResults.Ok(found) : NotFound())
            .RequireScope(Scope.Read)
            .WithName("GetCase").WithTags(Tag)
            .WithSummary("A case with all that was done")
            .WithParameterExample("id", "d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b")
            .Produces<FraudCase>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "case-not-found", "There is no case with this id."));
        routes.MapPut("/v1/cases/{id}", PutAsync)
            .RequireScope(Scope.Operate)
            .WithName("CloseCase").WithTags(Tag)
            .WithSummary("Confirm or dismiss a case")
            .WithDescription("Labels its transaction: `confirmed` as fraud, `dismissed` as genuine. A closed case can be decided otherwise; everything stays in its trail.")
            .WithParameterExample("id", "d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b")
            .WithRequestBodyOf("application/json", """{"status":"confirmed","note":"the holder knows nothing of it"}""")
            .Produces<FraudCase>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "case-not-found", "There is no case with this id."))
            .WithProblem(422, PipelineProblems.Example(422, "invalid-status", "status is confirmed or dismissed."));
    }

    private static IResult List(CaseList cases, string? status, string? cardId, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        if (!string.IsNullOrEmpty(status) && status is not (CaseStatus.Open or CaseStatus.Confirmed or CaseStatus.Dismissed))
            return Problems.Error(400, "invalid-status", "status is one of open, confirmed, dismissed.");
        if (cursor is not null && cases.Find(cursor) is null) return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        var items = cases.List(string.IsNullOrEmpty(status) ? null : status, string.IsNullOrEmpty(cardId) ? null : cardId, cursor, take + 1);
        return TypedResults.Ok(Page(items, take));
    }

    private static CasePage Page(IReadOnlyList<FraudCase> items, int take) => new([.. items.Take(take)], items.Count > take ? items[take - 1].Id : null);

    private static async Task<IResult> PutAsync(HttpContext context, string id, CaseList cases, LabelService labels, IReadModels models, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        if (cases.Find(id) is not { } found) return NotFound();
        if (body.Text("status") is not (CaseStatus.Confirmed or CaseStatus.Dismissed)) return Problems.Error(422, "invalid-status", "status is confirmed or dismissed.");
        string status = body.Text("status")!;
        string? note = body.Text("note");
        if (note is { Length: > LongestNote }) return Problems.Error(422, "field-too-long", $"note must be at most {LongestNote} characters.");
        var label = new LabelRequest(found.CardId, found.TransactionId, status == CaseStatus.Confirmed, "analyst", null, status, note);
        if (await labels.LabelAsync(label, context.RequestAborted) is not { } position) return NotFound();
        if (!await models.WaitForAsync(CaseList.ModelName, position, ListWait, context.RequestAborted))
            return Problems.Error(504, "position-not-reached", "The case is closed, and the list of cases has not read it yet.");
        return cases.Find(id) is { } closed ? TypedResults.Ok(closed) : NotFound();
    }

    private static IResult NotFound() => Problems.Error(404, "case-not-found", "There is no case with this id.");
}

/// <summary>One page of cases.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record CasePage(IReadOnlyList<FraudCase> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
