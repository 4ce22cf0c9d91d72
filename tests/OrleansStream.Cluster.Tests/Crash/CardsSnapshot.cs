using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

/// <summary>What can be seen of all cards from outside, without positions and wall-clock fields.</summary>
internal sealed record CardsSnapshot(SortedDictionary<string, string> Profiles, SortedDictionary<string, string> Decisions)
{
    private static readonly string[] NotCompared = ["position", "appliedPosition", "decidedAt", "latencyMs"];

    /// <param name="local">The process asked.</param>
    /// <param name="cards">Which cards.</param>
    /// <param name="applied">Positions that must be applied before anything is read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<CardsSnapshot> ReadAsync(LocalProcess local, IEnumerable<string> cards, IEnumerable<string> applied, CancellationToken cancellationToken)
    {
        var snapshot = new CardsSnapshot([], []);
        string positions = string.Join(',', applied);
        foreach (string card in cards)
        {
            snapshot.Profiles[card] = Strip(await GetAsync(local, $"/v1/cards/{card}", positions, cancellationToken));
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await GetAsync(local, $"/v1/cards/{card}/decisions?limit=100&cursor={cursor}", positions, cancellationToken);
                foreach (var decision in page["items"]!.AsArray().Select(item => item!.AsObject()))
                    Assert.True(snapshot.Decisions.TryAdd(decision["id"]!.GetValue<string>(), Strip(decision)), $"Decision {decision["id"]} of {card} is listed twice.");
                cursor = page["next"]?.GetValue<string>();
            }
        }
        return snapshot;
    }

    private static async Task<JsonObject> GetAsync(LocalProcess local, string path, string positions, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (positions.Length > 0) request.Headers.Add("Min-Position", positions);
        request.Headers.Add("Prefer", "wait=20");
        using var response = await local.Http.SendAsync(request, cancellationToken);
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path} → {(int)response.StatusCode} {body}\n{local.Output}");
        return JsonNode.Parse(body)!.AsObject();
    }

    private static string Strip(JsonObject json)
    {
        foreach (string name in NotCompared) json.Remove(name);
        return json.ToJsonString(JsonSerializerOptions.Web);
    }
}
