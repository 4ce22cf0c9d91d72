using System.Text.Json;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

/// <summary>Reads the published decisions from the oldest on.</summary>
internal static class DecisionStreamReader
{
    /// <summary>The ids of the first <paramref name="count"/> decisions of the topic, in the order they were published.</summary>
    public static async Task<List<string>> ReadIdsAsync(LocalProcess local, int count, CancellationToken cancellationToken)
    {
        using var response = await local.Http.GetAsync(
            new Uri("/v1/decisions/stream?lastEventId=earliest", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var ids = new List<string>(count);
        while (ids.Count < count && await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data: {\"id\"", StringComparison.Ordinal)) continue;
            using var decision = JsonDocument.Parse(line.AsMemory("data: ".Length));
            ids.Add(decision.RootElement.GetProperty("id").GetString()!);
        }
        return ids;
    }
}
