using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary><c>/v1/alerts</c>: what is wrong now, and who cares for it.</summary>
internal static class AlertsApi
{
    public const string Tag = "Alerts";
    public const string ExampleFingerprint = "5f0c9f0e4b1f4d0e";
    private const int LongestText = 2_000;

    private const string Example =
        """
        {"fingerprint":"5f0c9f0e4b1f4d0e","status":"firing","ruleId":"request-errors","service":"checkout","labels":{"alertname":"request-errors","service":"checkout","severity":"critical"},"annotations":{"summary":"31 % of the requests of checkout fail."},"startsAt":"2026-11-22T10:00:07Z","updatedAt":"2026-11-22T10:00:07Z","value":0.31,"threshold":0.05,"silencedBy":[],"acknowledged":{"at":"2026-11-22T10:01:00Z","by":"ana","note":"looking"}}
        """;

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/alerts", List)
            .RequireScope(Scope.Read)
            .WithName("ListAlerts").WithTags(Tag)
            .WithSummary("Alerts, the latest to begin first")
            .WithDescription("Without `status` those that are pending or fire. Alerts that are over are remembered for some hours: `status=resolved`, or `all`.")
            .WithParameterExample("status", "firing").WithParameterExample("service", "checkout").WithParameterExample("severity", "critical")
            .WithParameterExample("limit", "50").WithParameterExample("cursor", ExampleFingerprint)
            .Produces<AlertPage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-status", "status is one or several of pending, firing, resolved, or all."));
        routes.MapGet("/v1/alerts/{fingerprint}", (string fingerprint, AlertBook book, TimeProvider time) =>
                book.Find(fingerprint, time.GetUtcNow()) is { } found ? TypedResults.Ok(AlertView.Of(found, time.GetUtcNow())) : NotFound())
            .RequireScope(Scope.Read)
            .WithName("GetAlert").WithTags(Tag)
            .WithSummary("One alert")
            .WithParameterExample("fingerprint", ExampleFingerprint)
            .Produces<AlertView>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "alert-not-found", "There is no alert with this fingerprint."));
        routes.MapPost("/v1/alerts/{fingerprint}/acknowledge", AcknowledgeAsync)
            .RequireScope(Scope.Operate)
            .WithName("AcknowledgeAlert").WithTags(Tag)
            .WithSummary("Say that somebody cares for an alert")
            .WithDescription("Until it is over, nobody is told of it again; its end is told. Again the same answer.")
            .WithParameterExample("fingerprint", ExampleFingerprint)
            .WithRequestBodyOf("application/json", """{"by":"ana","note":"looking"}""")
            .Produces<AlertView>().WithResponseExample(200, Example)
            .WithProblem(404, PipelineProblems.Example(404, "alert-not-found", "There is no alert with this fingerprint that is not over."));
    }

    private static IResult List(AlertBook book, TimeProvider time, string? status, string? service, string? severity, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        string[] wanted = string.IsNullOrEmpty(status) ? ["pending", "firing"] : status == "all" ? ["pending", "firing", "resolved"] : status.Split(',', StringSplitOptions.TrimEntries);
        if (wanted.Any(s => s is not ("pending" or "firing" or "resolved"))) return Problems.Error(400, "invalid-status", "status is one or several of pending, firing, resolved, or all.");
        var now = time.GetUtcNow();
        var items = book.Alerts(now).Select(a => AlertView.Of(a, now))
            .Where(a => wanted.Contains(a.Status) && (string.IsNullOrEmpty(service) || a.Service == service) && (string.IsNullOrEmpty(severity) || a.Labels.GetValueOrDefault("severity") == severity))
            .OrderByDescending(a => a.StartsAt).ThenBy(a => a.Fingerprint, StringComparer.Ordinal).ToList();
        int from = 0;
        if (cursor is not null && (from = items.FindIndex(a => a.Fingerprint == cursor) + 1) == 0) return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        return TypedResults.Ok(new AlertPage(items.Slice(from, Math.Min(take, items.Count - from)), items.Count > from + take ? items[from + take - 1].Fingerprint : null));
    }

    private static async Task<IResult> AcknowledgeAsync(HttpContext context, string fingerprint, AlertService alerts, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        string by = body.Text("by") ?? context.User.Identity?.Name ?? "operator";
        string? note = body.Text("note");
        if (by.Length > LongestText || note is { Length: > LongestText }) return Problems.Error(422, "field-too-long", $"by and note have {LongestText} characters at most.");
        return await alerts.AcknowledgeAsync(fingerprint, by, note, context.RequestAborted) is { } entry ? TypedResults.Ok(AlertView.Of(entry, time.GetUtcNow())) : NotFound();
    }

    private static IResult NotFound() => Problems.Error(404, "alert-not-found", "There is no alert with this fingerprint that is not over.");
}

/// <summary>One page of alerts.</summary>
internal sealed record AlertPage(IReadOnlyList<AlertView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>An alert as it is shown.</summary>
internal sealed record AlertView(
    string Fingerprint, string Status, string? RuleId, string? Service, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, DateTimeOffset UpdatedAt, double? Value, double? Threshold, string? GeneratorUrl, IReadOnlyList<string> SilencedBy,
    AcknowledgedView? Acknowledged)
{
    public static AlertView Of(AlertEntry entry, DateTimeOffset now)
    {
        var alert = entry.Alert;
        return new AlertView(
            alert.Fingerprint, alert.IsResolvedAt(now) ? "resolved" : alert.IsPending ? "pending" : "firing", alert.RuleId, alert.Labels.GetValueOrDefault("service"), alert.Labels,
            alert.Annotations, alert.StartsAt, alert.EndsAt, alert.UpdatedAt, Finite(alert.Value), Finite(alert.Threshold), alert.GeneratorUrl, entry.SilencedBy,
            entry.Acknowledgement is { } said ? new AcknowledgedView(said.At, said.By, said.Note) : null);
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

/// <summary>Who cares for an alert, since when.</summary>
internal sealed record AcknowledgedView(DateTimeOffset At, string By, string? Note);
