using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary><c>/v1/webhooks</c>: who is told of alerts.</summary>
internal static partial class WebhooksApi
{
    private const string Example =
        """
        {"name":"on-call","url":"https://hooks.example.com/alerts","signed":true,"matchers":["severity=\"critical\""],"groupBy":["alertname","service"],"groupWait":"0s","groupInterval":"10s","repeatInterval":"4h","sendResolved":true}
        """;

    private const string BodyExample =
        """
        {"webhooks":[{"name":"on-call","url":"https://hooks.example.com/alerts","secret":"a long random text","matchers":["severity=\"critical\""],"groupBy":["alertname","service"],"repeatInterval":"4h","sendResolved":true}]}
        """;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/webhooks", (AlertBook book) => TypedResults.Ok(Page(book)))
            .RequireScope(Scope.Read)
            .WithName("ListWebhooks").WithTags(AlertsApi.Tag)
            .WithSummary("Who is told of alerts")
            .WithDescription("Secrets are not shown.")
            .Produces<WebhookPage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""");
        routes.MapPut("/v1/webhooks", PutAsync)
            .RequireScope(Scope.Operate)
            .WithName("PutWebhooks").WithTags(AlertsApi.Tag)
            .WithSummary("Say who is to be told of alerts")
            .WithDescription(
                "`{\"webhooks\":[…]}`, or an array, says all of them; a single webhook adds or changes the one of its name (without a name: `default`). A target gets Alertmanager's webhook message, version 4, with the header " +
                $"`{WebhookSender.DeliveryHeader}`, the same for a message that is sent again, and, with a secret, `{WebhookSender.SignatureHeader}: t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of the seconds, a dot and the body. " +
                "It is tried again until it answers 2xx, and given up on other answers below 500 (but 408 and 429); redirects are not followed. Targets that are not on the public network are refused unless " +
                "`OrleansStream:Webhooks:AllowPrivateTargets` or `:AllowedNetworks` says otherwise.")
            .WithRequestBodyOf("application/json", BodyExample)
            .Produces<WebhookPage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The body is not valid JSON."))
            .WithProblem(422, PipelineProblems.Example(422, "invalid-url", "127.0.0.1 is not on the public network."));
        routes.MapDelete("/v1/webhooks/{name}", async (HttpContext context, string name, AlertService alerts) =>
                await alerts.RemoveReceiverAsync(name, context.RequestAborted) ? (IResult)TypedResults.NoContent() : Problems.Error(404, "webhook-not-found", "There is no webhook of this name."))
            .RequireScope(Scope.Operate)
            .WithName("DeleteWebhook").WithTags(AlertsApi.Tag)
            .WithSummary("Tell one no more")
            .WithParameterExample("name", "on-call")
            .Produces(204)
            .WithProblem(404, PipelineProblems.Example(404, "webhook-not-found", "There is no webhook of this name."));
    }

    private static async Task<IResult> PutAsync(HttpContext context, AlertService alerts, AlertBook book, WebhookTargets targets, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        var named = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("webhooks", out var member) ? member : (JsonElement?)null;
        var list = named ?? body;
        bool all = named is not null || body.ValueKind == JsonValueKind.Array;
        if (list.ValueKind != JsonValueKind.Array && (all || list.ValueKind != JsonValueKind.Object)) return Problems.Error(400, "not-an-object", "webhooks is a list of objects.");
        JsonElement[] items = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [list];
        if (items.Length > WebhookReceiver.MaxReceivers) return Problems.Error(422, "too-many-webhooks", $"At most {WebhookReceiver.MaxReceivers} webhooks.");
        var errors = new List<ProblemError>();
        var receivers = new List<WebhookReceiver>();
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Object) errors.Add(new ProblemError(i, null, "not-an-object", "A webhook is an object."));
            else if (Read(items[i], i, targets, errors) is { } receiver) receivers.Add(receiver);
        }
        if (receivers.CountBy(r => r.Name).FirstOrDefault(n => n.Value > 1) is { Value: > 1 } twice) errors.Add(new ProblemError(0, twice.Key, "duplicate-name", $"The name {twice.Key} comes twice."));
        if (errors.Count > 0) return Problems.Error(422, errors[0].Code, string.Join(" ", errors.Select(e => e.Detail)), errors);
        await alerts.SetReceiversAsync(receivers, replace: all, context.RequestAborted);
        return TypedResults.Ok(Page(book));
    }

    private static WebhookReceiver? Read(JsonElement json, int index, WebhookTargets targets, List<ProblemError> errors)
    {
        int before = errors.Count;
        string name = json.Text("name") ?? "default", url = json.Text("url") ?? "";
        if (!Names().IsMatch(name)) Add("invalid-name", "name is 1 to 64 of letters, digits, '.', '_' and '-'.");
        if (targets.Error(url) is { } wrong) Add("invalid-url", wrong);
        if (json.Text("secret") is { Length: > 1_000 }) Add("invalid-secret", "secret has 1,000 characters at most.");
        var matchers = ImmutableArray<LabelMatcher>.Empty;
        foreach (string text in json.Texts("matchers") ?? [])
        {
            var (read, error) = MatcherParser.Parse(text);
            if (error is not null) Add("invalid-matchers", error);
            else matchers = matchers.AddRange(read);
        }
        if (matchers.Length > MatcherParser.MaxMatchers) Add("invalid-matchers", $"At most {MatcherParser.MaxMatchers} matchers.");
        var groupBy = json.Texts("groupBy");
        if (groupBy is { Count: > 16 }) Add("invalid-groupBy", "groupBy has 16 labels at most.");
        var receiver = new WebhookReceiver
        {
            Name = name, Url = url, Secret = json.Text("secret") ?? "", Matchers = matchers, GroupBy = groupBy is null ? WebhookReceiver.DefaultGroupBy : [.. groupBy.Distinct()],
            GroupWait = Span("groupWait", TimeSpan.Zero), GroupInterval = Span("groupInterval", TimeSpan.FromSeconds(10)), RepeatInterval = Span("repeatInterval", TimeSpan.FromHours(4)),
            SendResolved = !json.TryGetProperty("sendResolved", out var resolved) || resolved.ValueKind != JsonValueKind.False,
        };
        return errors.Count == before ? receiver : null;

        void Add(string code, string detail) => errors.Add(new ProblemError(index, name, code, detail));

        TimeSpan Span(string member, TimeSpan otherwise)
        {
            if (json.Text(member) is not { } text) return otherwise;
            if (AlertDuration.TryParse(text, out var span) && span >= TimeSpan.Zero) return span;
            Add($"invalid-{member}", $"{member} is a duration as 30s, 5m or 4h.");
            return otherwise;
        }
    }

    private static WebhookPage Page(AlertBook book) => new([.. book.Receivers().Select(WebhookView.Of)], null);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex Names();
}

/// <summary>All webhooks.</summary>
internal sealed record WebhookPage(IReadOnlyList<WebhookView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>A webhook without its secret.</summary>
internal sealed record WebhookView(
    string Name, string Url, bool Signed, IReadOnlyList<string> Matchers, IReadOnlyList<string> GroupBy, string GroupWait, string GroupInterval, string RepeatInterval, bool SendResolved)
{
    public static WebhookView Of(WebhookReceiver receiver) => new(
        receiver.Name, receiver.Url, receiver.Secret.Length > 0, [.. receiver.Matchers.Select(m => m.ToString())], receiver.GroupBy, AlertDuration.Format(receiver.GroupWait),
        AlertDuration.Format(receiver.GroupInterval), AlertDuration.Format(receiver.RepeatInterval), receiver.SendResolved);
}
