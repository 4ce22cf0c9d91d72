using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Rules;

/// <summary>A process of its own: rules are everybody's, and these tests change them.</summary>
public sealed class RulesGateway : OwnGateway
{
    /// <summary>The rules in force with a change.</summary>
    internal async Task<JsonObject> ChangedAsync(Action<JsonObject> change)
    {
        var rules = JsonNode.Parse((await Api.GetAsync("/v1/rules/fraud")).Expect(200).Text)!.AsObject();
        change(rules);
        return rules;
    }

    internal Task<Reply> PutAsync(JsonNode body, string? ifMatch = null) => SendAsync(HttpMethod.Put, "/v1/rules/fraud", body, ifMatch);

    internal Task<Reply> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? ifMatch = null) => base.SendAsync(method, path, body?.ToJsonString(), ifMatch);

    /// <summary>So many transactions of a new card within a minute; the last one's decision.</summary>
    internal async Task<Reply> BurstAsync(int count, string? card = null)
    {
        card ??= Given.Card();
        Reply last = null!;
        for (int i = 0; i < count; i++)
            last = await Api.DecideAsync(FormattableString.Invariant($$"""{"id":"{{Given.Id("burst")}}","cardId":"{{card}}","amount":20,"time":"2026-11-22T10:00:{{10 + i}}Z"}"""));
        return last;
    }
}
