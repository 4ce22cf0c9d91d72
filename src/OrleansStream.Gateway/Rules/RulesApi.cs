using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
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

/// <summary><c>/v1/rules/fraud</c>: the rule set in force and its versions.</summary>
internal static class RulesApi
{
    public const string Tag = "Fraud rules";
    private static readonly string Example = Encoding.UTF8.GetString(FraudRulesetJson.Write(FraudRuleset.Default));
    private const string Versions = """{"items":[{"version":2,"id":"default","since":"2026-11-22T10:00:00Z","note":"fewer reviews","active":true},{"version":1,"id":"default","note":"built in","active":false}],"next":null}""";

    public static void MapFraudRules(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/rules/fraud", (HttpContext context, RulesetBook book) => RulesetBody.Answer(context.Response, book.Versions.First(v => v.Ruleset.Version == book.Current.Active.Version)))
            .RequireScope(Scope.Read)
            .WithName("GetFraudRules").WithTags(Tag)
            .WithSummary("The rule set in force")
            .WithDescription("Its version is the `ETag`. Log-odds of all rules add up to the prior's; a score is 100 times the probability they stand for.")
            .Produces<JsonObject>().WithResponseExample(200, Example);
        routes.MapPut("/v1/rules/fraud", PutAsync)
            .RequireScope(Scope.Operate)
            .WithName("PutFraudRules").WithTags(Tag)
            .WithSummary("Put a new version in force")
            .WithDescription(
                "The body is a whole rule set: what it leaves out has its default, a member that nobody knows is refused by its path, its version is given. It is in force everywhere moments later, without a " +
                "restart; each decision names the version it was made by. With `If-Match` only on that version.")
            .WithHeaderParameter("If-Match", "The version that the change was made on.", "\"1\"")
            .WithHeaderParameter("X-Note", "What is to be remembered of the change.", "fewer reviews")
            .WithRequestBodyOf("application/json", Example)
            .Produces<JsonObject>().WithResponseExample(200, Example)
            .WithRulesetProblems()
            .WithProblem(412, PipelineProblems.Example(412, "version-mismatch", "Version 3 is in force."));
        routes.MapGet("/v1/rules/fraud/versions", List)
            .RequireScope(Scope.Read)
            .WithName("ListFraudRules").WithTags(Tag)
            .WithSummary("All versions, newest first")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", "2")
            .Produces<RulesetVersionPage>().WithResponseExample(200, Versions)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-limit", "limit is a whole number from 1 to 500."));
        routes.MapGet("/v1/rules/fraud/versions/{version}", (HttpContext context, string version, RulesetBook book) =>
                int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && book.Find(number) is { } found
                    ? RulesetBody.Answer(context.Response, found)
                    : Problems.Error(404, "version-not-found", "There is no such version, or it is not kept any more."))
            .RequireScope(Scope.Read)
            .WithName("GetFraudRulesVersion").WithTags(Tag)
            .WithSummary("A version as it was in force")
            .WithParameterExample("version", "1")
            .Produces<JsonObject>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "version-not-found", "There is no such version, or it is not kept any more."));
        routes.MapShadow();
        routes.MapBacktests();
    }

    private static async Task<IResult> PutAsync(HttpContext context, RulesetService rules, RulesetBook book, IOptions<GatewayOptions> options)
    {
        int? expected = RulesetBody.Expected(context.Request);
        var (document, _) = await RulesetBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        var answer = await rules.ActivateAsync(document, expected, NoteOf(context.Request), context.RequestAborted);
        if (answer.Errors.Length > 0) return RulesetBody.Invalid(answer.Errors);
        if (answer.Conflict)
        {
            context.Response.Headers.ETag = RulesetBody.TagOf(book.Current.Active.Version);
            return Problems.Error(412, "version-mismatch", string.Create(CultureInfo.InvariantCulture, $"Version {book.Current.Active.Version} is in force."));
        }
        return RulesetBody.Answer(context.Response, answer.Version!);
    }

    public static string? NoteOf(HttpRequest request) =>
        request.Headers["X-Note"].ToString() is { Length: > 0 } note ? note[..Math.Min(note.Length, 500)] : null;

    private static IResult List(RulesetBook book, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit), before = int.MaxValue;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        int active = book.Current.Active.Version;
        var items = book.Versions.Where(v => v.Ruleset.Version < before).Take(take + 1).Select(v => RulesetVersionView.Of(v, active)).ToList();
        return TypedResults.Ok(new RulesetVersionPage(
            [.. items.Take(take)], items.Count > take ? items[take - 1].Version.ToString(CultureInfo.InvariantCulture) : null));
    }
}
