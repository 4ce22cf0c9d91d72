using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>How long after a moment each key is served again: a record is handed in and its decision can be read.</summary>
internal static class Recovery
{
    private const int AtOnce = 16;

    /// <summary>One time per card, ascending.</summary>
    public static async Task<List<TimeSpan>> MeasureAsync(ProductCluster cluster, CardLoad load, TimeProvider time, TimeSpan limit)
    {
        long started = time.GetTimestamp();
        using var slots = new SemaphoreSlim(AtOnce);
        var times = await Task.WhenAll(load.CardIds.Select(async card =>
        {
            await slots.WaitAsync();
            try
            {
                string id = await load.SendAsync(card);
                while (!await IsDecidedAsync(cluster, card, id))
                {
                    if (time.GetElapsedTime(started) >= limit) Assert.Fail($"{card} was not served within {limit}:\n{cluster.Output}");
                    await Task.Delay(100);
                }
                return time.GetElapsedTime(started);
            }
            finally
            {
                slots.Release();
            }
        }));
        return [.. times.Order()];
    }

    public static TimeSpan Percentile(this List<TimeSpan> ascending, double share) => ascending[Math.Min(ascending.Count - 1, (int)(share * ascending.Count))];

    private static async Task<bool> IsDecidedAsync(ProductCluster cluster, string card, string id)
    {
        using var response = await cluster.Gateways[^1].Http.GetAsync(new Uri($"/v1/cards/{card}/decisions/{id}", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }
}
