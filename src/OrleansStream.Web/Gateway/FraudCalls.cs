using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansStream.Web.Gateway;

/// <summary>Cards, rules and cases.</summary>
internal sealed class FraudCalls(GatewayClient gateway)
{
    private const string Rules = "/v1/rules/fraud";

    /// <summary>Null when nothing is known of the card.</summary>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task<CardProfile?> FindCardAsync(string card, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/cards/{Uri.EscapeDataString(card)}", GatewayJson.Default.CardProfile, cancellationToken);

    /// <inheritdoc cref="FindCardAsync"/>
    public Task<CardHistory?> HistoryAsync(string card, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/cards/{Uri.EscapeDataString(card)}/transactions?limit=30", GatewayJson.Default.CardHistory, cancellationToken);

    /// <inheritdoc cref="FindCardAsync"/>
    public Task<DecisionExplanation> ExplainAsync(string card, string transaction, CancellationToken cancellationToken) => gateway.GetAsync(
        $"/v1/cards/{Uri.EscapeDataString(card)}/decisions/{Uri.EscapeDataString(transaction)}/explanation", GatewayJson.Default.DecisionExplanation, cancellationToken);

    /// <summary>Hands transactions of one card in, one after the other, and gives the last one's decision.</summary>
    /// <exception cref="GatewayException">The API refused, did not answer, or made no decision within five seconds.</exception>
    public async Task<DecisionItem> UseAsync(IReadOnlyList<CardUse> uses, CancellationToken cancellationToken)
    {
        foreach (var use in uses.SkipLast(1)) await gateway.DoAsync(HttpMethod.Post, "/v1/transactions", Json(use), cancellationToken);
        using var last = await gateway.SendAsync(HttpMethod.Post, "/v1/transactions", Json(uses[^1]), cancellationToken, ("Prefer", "wait=5"));
        if (last.StatusCode == HttpStatusCode.Accepted) throw new GatewayException("The decision takes longer than five seconds; it will appear in the list.");
        return await GatewayClient.ReadAsync(last, GatewayJson.Default.DecisionItem, cancellationToken);

        static string Json(CardUse use) => JsonSerializer.Serialize(use, GatewayJson.Default.CardUse);
    }

    /// <inheritdoc cref="FindCardAsync"/>
    public async Task<RulesInForce> RulesAsync(CancellationToken cancellationToken)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, Rules, null, cancellationToken);
        return new RulesInForce(await GatewayClient.ReadAsync(response, GatewayJson.Default.JsonObject, cancellationToken), response.Headers.ETag?.Tag ?? "*");
    }

    /// <inheritdoc cref="FindCardAsync"/>
    public Task<RulesetVersions> VersionsAsync(CancellationToken cancellationToken) => gateway.GetAsync($"{Rules}/versions?limit=20", GatewayJson.Default.RulesetVersions, cancellationToken);

    /// <exception cref="GatewayException">The document is wrong (its <c>Errors</c> say where), another version is in force, or there was no answer.</exception>
    public Task ActivateAsync(JsonObject rules, string tag, string note, CancellationToken cancellationToken) =>
        gateway.DoAsync(HttpMethod.Put, Rules, rules.ToJsonString(), cancellationToken, ("If-Match", tag), ("X-Note", note));

    /// <summary>Null when none is at work.</summary>
    /// <inheritdoc cref="FindCardAsync"/>
    public Task<RulesShadow?> ShadowAsync(CancellationToken cancellationToken) => gateway.FindAsync($"{Rules}/shadow?limit=20", GatewayJson.Default.RulesShadow, cancellationToken);

    /// <inheritdoc cref="ActivateAsync"/>
    public Task StartShadowAsync(JsonObject rules, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Post, $"{Rules}/shadow", rules.ToJsonString(), cancellationToken);

    /// <inheritdoc cref="FindCardAsync"/>
    public Task EndShadowAsync(CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Delete, $"{Rules}/shadow", null, cancellationToken);

    /// <summary>The job that tries the rules on what is in the log.</summary>
    /// <inheritdoc cref="ActivateAsync"/>
    public Task<JobItem> BacktestAsync(JsonObject rules, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["ruleset"] = rules.DeepClone() };
        return gateway.SendAsync(HttpMethod.Post, $"{Rules}/backtest", body.ToJsonString(), GatewayJson.Default.JobItem, cancellationToken);
    }

    /// <inheritdoc cref="FindCardAsync"/>
    public Task CloseCaseAsync(string id, string status, string? note, CancellationToken cancellationToken) =>
        gateway.DoAsync(HttpMethod.Put, $"/v1/cases/{Uri.EscapeDataString(id)}", JsonSerializer.Serialize(new CaseClosing(status, note), GatewayJson.Default.CaseClosing), cancellationToken);
}
