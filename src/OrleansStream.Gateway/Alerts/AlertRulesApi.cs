using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Rules;
using OrleansStream.Grains.Services.Rules;

namespace OrleansStream.Gateway.Alerts;

/// <summary><c>/v1/alert-rules</c>: when alerts are to be.</summary>
internal static class AlertRulesApi
{
    private static readonly string Example = Encoding.UTF8.GetString(AlertRulesJson.Write(AlertRuleSet.Default));

    public static void MapAlertRules(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/alert-rules", (HttpContext context, AlertRuleBook book) => Answer(context.Response, book.Current.Set))
            .RequireScope(Scope.Read)
            .WithName("GetAlertRules").WithTags(AlertsApi.Tag)
            .WithSummary("The alert rules in force")
            .WithDescription("Their version is the `ETag`. What is built in makes sense without any configuration.")
            .Produces<JsonObject>().WithResponseExample(200, Example);
        routes.MapPut("/v1/alert-rules", PutAsync)
            .RequireScope(Scope.Operate)
            .WithName("PutAlertRules").WithTags(AlertsApi.Tag)
            .WithSummary("Put new alert rules in force")
            .WithDescription(
                "The body, `{\"rules\":[…]}` or the list itself, is all rules: those that are not in it are gone, and so are their alerts. In force everywhere moments later, without a restart. With `If-Match` only on that version.")
            .WithHeaderParameter("If-Match", "The version that the change was made on.", "\"1\"")
            .WithHeaderParameter("X-Note", "What is to be remembered of the change.", "less noise at night")
            .WithRequestBodyOf("application/json", Example)
            .Produces<JsonObject>().WithResponseExample(200, Example)
            .WithProblem(400, PipelineProblems.Example(400, "unknown-member", "rules[0].treshold is no member."))
            .WithProblem(412, PipelineProblems.Example(412, "version-mismatch", "Version 3 is in force."))
            .WithProblem(422, PipelineProblems.Example(422, "invalid-rule", "rules[0].threshold must be a number."));
    }

    private static async Task<IResult> PutAsync(HttpContext context, AlertRuleService rules, AlertRuleBook book, IOptions<GatewayOptions> options)
    {
        int? expected = RulesetBody.Expected(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        string text = body.ValueKind == System.Text.Json.JsonValueKind.Array ? $"{{\"rules\":{body.GetRawText()}}}" : body.GetRawText();
        var answer = await rules.ActivateAsync(Encoding.UTF8.GetBytes(text), expected, RulesApi.NoteOf(context.Request), context.RequestAborted);
        if (answer.Errors is { IsDefaultOrEmpty: false } errors) return RulesetBody.Invalid(errors);
        if (!answer.Conflict) return Answer(context.Response, answer.Version!.Rules);
        context.Response.Headers.ETag = RulesetBody.TagOf(book.Current.Set.Version);
        return Problems.Error(412, "version-mismatch", string.Create(CultureInfo.InvariantCulture, $"Version {book.Current.Set.Version} is in force."));
    }

    private static JsonBytes Answer(HttpResponse response, AlertRuleSet rules)
    {
        response.Headers.ETag = RulesetBody.TagOf(rules.Version);
        return new JsonBytes(AlertRulesJson.Write(rules));
    }
}
