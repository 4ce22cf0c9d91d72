using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Fraud;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Fraud.Rules;

namespace OrleansStream.Gateway.Rules;

/// <summary><c>/v1/rules/fraud/shadow</c>: a rule set that decides beside the one in force and changes nothing.</summary>
internal static class ShadowApi
{
    private const string Example =
        """
        {"ruleset":{"id":"strict","version":1,"thresholds":{"review":40,"decline":80}},"since":"2026-11-22T10:00:00Z","compared":1843,"differing":12,"items":[{"version":1,"transactionId":"tx-1","cardId":"card-42","time":"2026-11-22T10:10:00Z","outcome":"approve","score":44,"shadowOutcome":"review","shadowScore":44}]}
        """;

    public static void MapShadow(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/rules/fraud/shadow", Get)
            .RequireScope(Scope.Read)
            .WithName("GetFraudShadow").WithTags(RulesApi.Tag)
            .WithSummary("The shadow rule set and where it decides otherwise")
            .WithDescription("How many decisions it made, how many differ from the rules in force, and the latest of these.")
            .WithParameterExample("limit", "50")
            .Produces<ShadowState>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "shadow-not-found", "No shadow rule set decides."));
        routes.MapPost("/v1/rules/fraud/shadow", PostAsync)
            .RequireScope(Scope.Operate)
            .WithName("StartFraudShadow").WithTags(RulesApi.Tag)
            .WithSummary("Let a rule set decide beside the one in force")
            .WithDescription("In place of any other shadow. Each decision has in `shadow` what it would have been.")
            .WithRequestBodyOf("application/json", """{"id":"strict","thresholds":{"review":40,"decline":80}}""")
            .Produces<ShadowState>().WithResponseExample(200, Example)
            .WithRulesetProblems();
        routes.MapDelete("/v1/rules/fraud/shadow", async (HttpContext context, RulesetService rules, RulesetBook book) =>
            {
                if (book.Shadow is null) return NotFound();
                await rules.RemoveShadowAsync(context.RequestAborted);
                return TypedResults.NoContent();
            })
            .RequireScope(Scope.Operate)
            .WithName("EndFraudShadow").WithTags(RulesApi.Tag)
            .WithSummary("End the shadow")
            .Produces(204)
            .WithProblem(404, PipelineProblems.Example(404, "shadow-not-found", "No shadow rule set decides."));
    }

    private static IResult Get(RulesetBook book, ShadowDifferences differences, string? limit) =>
        book.Shadow is { } shadow ? TypedResults.Ok(StateOf(shadow, differences, PageLimit.Of(limit))) : NotFound();

    private static async Task<IResult> PostAsync(HttpContext context, RulesetService rules, ShadowDifferences differences, IOptions<GatewayOptions> options)
    {
        var (document, _) = await RulesetBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        var answer = await rules.ShadowAsync(document, RulesApi.NoteOf(context.Request), context.RequestAborted);
        if (answer.Errors.Length > 0) return RulesetBody.Invalid(answer.Errors);
        return answer.Version is { } version ? TypedResults.Ok(StateOf(version, differences, 50)) : NotFound();
    }

    private static ShadowState StateOf(RulesetVersion shadow, ShadowDifferences differences, int limit)
    {
        var count = differences.Count(shadow.Ruleset.Version);
        return new ShadowState(
            JsonElement.Parse(FraudRulesetJson.Write(shadow.Ruleset)), shadow.Since, shadow.Note, count.Compared, count.Differing,
            differences.List(shadow.Ruleset.Version, limit));
    }

    private static IResult NotFound() => Problems.Error(404, "shadow-not-found", "No shadow rule set decides.");
}

/// <summary>A shadow at work.</summary>
/// <param name="Ruleset">The document.</param>
/// <param name="Since">When it began.</param>
/// <param name="Note">What its author said.</param>
/// <param name="Compared">Decisions it made.</param>
/// <param name="Differing">Of these, otherwise than the rules in force.</param>
/// <param name="Items">The latest of these, newest first.</param>
internal sealed record ShadowState(
    JsonElement Ruleset, DateTimeOffset? Since, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note, long Compared, long Differing,
    IReadOnlyList<ShadowDifference> Items);
