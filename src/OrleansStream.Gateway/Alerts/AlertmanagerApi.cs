using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Domain.Alerting;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary>
/// <c>/api/v2</c>: what clients of Prometheus' Alertmanager need (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml), so that <c>amtool</c> works and Prometheus
/// can send its alerts here. Errors are JSON texts, as its clients expect.
/// </summary>
internal static class AlertmanagerApi
{
    private const string Tag = "Alertmanager";
    private const string NoReceiver = "default";

    public static void MapAlertmanager(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v2").AddEndpointFilter(AnswerErrorsAsTexts);
        api.MapGet("/status", (TimeProvider time) => TypedResults.Ok(Status(time)))
            .RequireScope(Scope.Read).WithName("AlertmanagerStatus").WithTags(Tag).WithSummary("What answers here")
            .Produces<JsonObject>().WithResponseExample(200, """{"cluster":{"status":"disabled","peers":[]},"versionInfo":{"version":"1.0.0"},"config":{"original":""},"uptime":"2026-11-22T10:00:00.000Z"}""");
        api.MapGet("/receivers", (AlertBook book) => TypedResults.Ok(Receivers(book).Select(name => new AlertmanagerReceiver(name))))
            .RequireScope(Scope.Read).WithName("AlertmanagerReceivers").WithTags(Tag).WithSummary("Who is told of alerts")
            .Produces<AlertmanagerReceiver[]>().WithResponseExample(200, """[{"name":"on-call"}]""");
        api.MapGet("/alerts", ListAlerts)
            .RequireScope(Scope.Read).WithName("AlertmanagerAlerts").WithTags(Tag).WithSummary("Alerts that fire")
            .WithQueryParameter("filter", "Matchers; repeatable.", "severity=\"critical\"").WithAlertParameters()
            .Produces<AlertmanagerAlert[]>().WithResponseExample(200, AlertmanagerExamples.Alerts)
            .Produces<string>(400).WithResponseExample(400, AlertmanagerExamples.BadMatcher);
        api.MapPost("/alerts", AlertmanagerPosts.PostAlertsAsync)
            .RequireScope(Scope.Ingest).WithName("AlertmanagerPostAlerts").WithTags(Tag).WithSummary("Post alerts, as Prometheus does")
            .WithDescription("One without `endsAt` is over five minutes after it was posted last.")
            .WithRequestBodyOf("application/json", """[{"labels":{"alertname":"DiskFull","instance":"db-1","severity":"critical"},"annotations":{"summary":"No space."},"generatorURL":"https://prometheus.example.com/graph"}]""")
            .Produces(200).Produces<string>(400).WithResponseExample(400, "\"alert 0: at least one label is required\"");
        api.MapGet("/alerts/groups", ListGroups)
            .RequireScope(Scope.Read).WithName("AlertmanagerGroups").WithTags(Tag).WithSummary("Alerts by the groups in which receivers are told")
            .WithQueryParameter("filter", "Matchers; repeatable.", "severity=\"critical\"").WithAlertParameters()
            .Produces<AlertmanagerGroup[]>().WithResponseExample(200, $$$"""[{"labels":{"alertname":"DiskFull"},"receiver":{"name":"on-call"},"alerts":{{{AlertmanagerExamples.Alerts}}}}]""")
            .Produces<string>(400).WithResponseExample(400, AlertmanagerExamples.BadMatcher);
        api.MapGet("/silences", ListSilences)
            .RequireScope(Scope.Read).WithName("AlertmanagerSilences").WithTags(Tag).WithSummary("Silences")
            .WithQueryParameter("filter", "Matchers that a silence's own are to meet; repeatable.", "service=\"checkout\"")
            .Produces<AlertmanagerSilence[]>().WithResponseExample(200, $"[{AlertmanagerExamples.Silence}]")
            .Produces<string>(400).WithResponseExample(400, AlertmanagerExamples.BadMatcher);
        api.MapPost("/silences", AlertmanagerPosts.PostSilenceAsync)
            .RequireScope(Scope.Operate).WithName("AlertmanagerPostSilence").WithTags(Tag).WithSummary("Make or change a silence")
            .WithRequestBodyOf("application/json", AlertmanagerExamples.NewSilence)
            .Produces<JsonObject>().WithResponseExample(200, """{"silenceID":"019aaf0f-5e2c-7d3f-8b1a-0c9d2e4f6a73"}""")
            .Produces<string>(400).WithResponseExample(400, "\"at least one matcher required\"")
            .Produces<string>(404).WithResponseExample(404, "\"silence not found\"");
        api.MapGet("/silence/{id}", (string id, AlertBook book, TimeProvider time) => book.FindSilence(id) is { } silence
                ? TypedResults.Ok(AlertmanagerSilence.Of(silence, time.GetUtcNow())) : Text(404, "silence not found"))
            .RequireScope(Scope.Read).WithName("AlertmanagerSilence").WithTags(Tag).WithSummary("One silence")
            .WithParameterExample("id", "019aaf0f-5e2c-7d3f-8b1a-0c9d2e4f6a73")
            .Produces<AlertmanagerSilence>().WithResponseExample(200, AlertmanagerExamples.Silence)
            .Produces<string>(404).WithResponseExample(404, "\"silence not found\"");
        api.MapDelete("/silence/{id}", async (HttpContext context, string id, AlertService alerts, AlertBook book) =>
                await alerts.ExpireAsync(id, context.RequestAborted) ? TypedResults.Ok() : book.FindSilence(id) is null ? Text(404, "silence not found") : Text(400, "silence is over already"))
            .RequireScope(Scope.Operate).WithName("AlertmanagerExpireSilence").WithTags(Tag).WithSummary("End a silence")
            .WithParameterExample("id", "019aaf0f-5e2c-7d3f-8b1a-0c9d2e4f6a73")
            .Produces(200)
            .Produces<string>(400).WithResponseExample(400, "\"silence is over already\"")
            .Produces<string>(404).WithResponseExample(404, "\"silence not found\"");
    }

    public static IResult Text(int status, string error) => TypedResults.Json(error, statusCode: status);

    private static async ValueTask<object?> AnswerErrorsAsTexts(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RequestRejectedException rejected)
        {
            return Text(rejected.Status, rejected.Message);
        }
    }

    private static object Status(TimeProvider time) => new
    {
        cluster = new { status = "disabled", peers = Array.Empty<string>() },
        versionInfo = new
        {
            branch = "", buildDate = "", buildUser = "", goVersion = "", revision = "",
            version = typeof(AlertmanagerApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        },
        config = new { original = "" },
        uptime = AlertmanagerTime.Of(time.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64 - StartedAt)),
    };

    private static long StartedAt { get; } = Environment.TickCount64;

    private static IResult ListAlerts(HttpContext context, AlertBook book, TimeProvider time)
    {
        var (alerts, error) = AlertmanagerFilter.Read(context.Request.Query).Of(book, time.GetUtcNow(), Receivers);
        return error is null ? TypedResults.Ok(alerts.OrderBy(a => a.Fingerprint, StringComparer.Ordinal)) : Text(400, error);
    }

    private static IResult ListGroups(HttpContext context, AlertBook book, TimeProvider time)
    {
        var (alerts, error) = AlertmanagerFilter.Read(context.Request.Query).Of(book, time.GetUtcNow(), Receivers);
        if (error is not null) return Text(400, error);
        var receivers = book.Receivers().ToDictionary(r => r.Name);
        return TypedResults.Ok(alerts.SelectMany(alert => alert.Receivers, (alert, receiver) => (Alert: alert, receiver.Name))
            .GroupBy(a => (a.Name, Labels: Labels(receivers.GetValueOrDefault(a.Name), a.Alert)))
            .OrderBy(g => g.Key.Name, StringComparer.Ordinal).ThenBy(g => g.Key.Labels, StringComparer.Ordinal)
            .Select(g => new AlertmanagerGroup(GroupLabels(receivers.GetValueOrDefault(g.Key.Name), g.First().Alert), new AlertmanagerReceiver(g.Key.Name), [.. g.Select(a => a.Alert)])));

        static Dictionary<string, string> GroupLabels(WebhookReceiver? receiver, AlertmanagerAlert alert) =>
            (receiver?.GroupBy ?? WebhookReceiver.DefaultGroupBy).Where(alert.Labels.ContainsKey).ToDictionary(name => name, name => alert.Labels[name]);

        static string Labels(WebhookReceiver? receiver, AlertmanagerAlert alert) =>
            string.Join('\n', GroupLabels(receiver, alert).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
    }

    private static IResult ListSilences(HttpContext context, AlertBook book, TimeProvider time)
    {
        var (matchers, error) = AlertmanagerFilter.Matchers(context.Request.Query);
        if (error is not null) return Text(400, error);
        var now = time.GetUtcNow();
        return TypedResults.Ok(book.Silences().Where(s => matchers.All(m => s.Matchers.Any(own => own.Name == m.Name && m.Matches(Domain.Observability.Alerts.AlertFingerprint.NoLabels.Add(m.Name, own.Value)))))
            .Select(s => AlertmanagerSilence.Of(s, now))
            .OrderBy(s => s.Status.State switch { "active" => 0, "pending" => 1, _ => 2 }).ThenBy(s => s.EndsAt, StringComparer.Ordinal));
    }

    /// <summary>Names of all receivers; an alert that none wants belongs to the one that tells nobody.</summary>
    private static IEnumerable<string> Receivers(AlertBook book) => book.Receivers().Select(r => r.Name).DefaultIfEmpty(NoReceiver);

    private static IEnumerable<string> Receivers(AlertBook book, Alert alert) => book.Receivers().Where(r => r.Wants(alert)).Select(r => r.Name).DefaultIfEmpty(NoReceiver);

    private static RouteHandlerBuilder WithAlertParameters(this RouteHandlerBuilder route) => route
        .WithQueryParameter("active", "Whether those that nothing keeps quiet are wanted; true without it.", "true")
        .WithQueryParameter("silenced", "Whether silenced ones are wanted; true without it.", "true")
        .WithQueryParameter("receiver", "A regular expression for the names of receivers.", "on-call");
}

/// <summary>Times as Alertmanager writes them.</summary>
internal static class AlertmanagerTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
