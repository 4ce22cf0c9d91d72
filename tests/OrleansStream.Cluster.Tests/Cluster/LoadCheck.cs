using System.Text.Json.Nodes;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Compares what the cluster shows with what was acknowledged: nothing is missing, nothing counted twice.</summary>
internal static class LoadCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task AssertAppliedOnceAsync(this CardLoad load, ProductCluster cluster, IEnumerable<string>? cards = null)
    {
        string positions = string.Join(',', load.Positions.Select(p => $"{p.Key}:{p.Value}"));
        foreach (string card in cards ?? load.CardIds)
        {
            var profile = await GetAsync(cluster, $"/v1/cards/{card}", positions);
            var acknowledged = load.Of(card);
            var decided = await DecidedAsync(cluster, card);
            if (decided.Count > decided.Distinct().Count()) Assert.Fail($"{card}: decided twice: {string.Join(", ", decided.GroupBy(d => d).Where(g => g.Count() > 1).Select(g => g.Key))}");
            var lost = acknowledged.Except(decided).ToList();
            if (lost.Count > 0)
            {
                // A failure all the same: the positions were said to be reached. But lost is another defect than shown too late.
                await Task.Delay(TimeSpan.FromSeconds(30));
                var still = lost.Except(await DecidedAsync(cluster, card)).ToList();
                Assert.Fail($"{card}: acknowledged and, though its positions were reached, not shown: {string.Join(", ", lost)}; 30 s later still lost: {(still.Count == 0 ? "none" : string.Join(", ", still))}\npositions {positions}\n{cluster.Output}");
            }
            Assert.Equal(decided.Count, profile["transactionCount"]!.GetValue<int>());
        }
    }

    /// <summary>The transactions of the card's decisions, all pages.</summary>
    private static async Task<List<string>> DecidedAsync(ProductCluster cluster, string card)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(cluster, $"/v1/cards/{card}/decisions?limit=500&cursor={cursor}");
            ids.AddRange(page["items"]!.AsArray().Select(d => d!["transactionId"]!.GetValue<string>()));
            cursor = page["next"]?.GetValue<string>();
        }
        return ids;
    }

    /// <summary>Asks until it is answered: a load that was heavier than the machine is applied late, not never.</summary>
    private static async Task<JsonObject> GetAsync(ProductCluster cluster, string path, string? minPosition = null)
    {
        for (long started = Environment.TickCount64; ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            if (minPosition is { Length: > 0 }) request.Headers.Add("Min-Position", minPosition);
            request.Headers.Add("Prefer", "wait=20");
            using var response = await cluster.Gateways[^1].Http.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode) return JsonNode.Parse(text)!.AsObject();
            if (Environment.TickCount64 - started > Limit.TotalMilliseconds) Assert.Fail($"{path}: {(int)response.StatusCode} {text}\n{cluster.Output}");
        }
    }
}
