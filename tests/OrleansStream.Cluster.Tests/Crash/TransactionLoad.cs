using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

/// <summary>
/// A deterministic load of card transactions with trips, bursts and new devices, sent as a careful client sends it: lanes by card,
/// one batch in flight per lane, the same batch again when it was not answered. No two cards share a device: how many others a decision
/// sees with its device depends on how far those have come.
/// </summary>
internal sealed class TransactionLoad(int seed, int cards, int transactions)
{
    private const int Lanes = 4;
    private const int BatchSize = 25;
    private int _answered;

    /// <summary>Runs after each answered batch with the number of batches answered so far.</summary>
    public Action<int> Answered { get; set; } = _ => { };

    public IReadOnlyList<string> CardIds { get; } = [.. Enumerable.Range(0, cards).Select(i => $"card-{seed}-{i}")];

    public int Count => transactions;

    public int Batches => Enumerable.Range(0, Lanes).Sum(lane => (LinesOf(lane).Count + BatchSize - 1) / BatchSize);

    /// <summary>Sends everything to whatever process <paramref name="target"/> names at the moment; returns the last position per lane.</summary>
    public async Task<string[]> SendAsync(Func<LocalProcess> target, CancellationToken cancellationToken)
    {
        var lanes = Enumerable.Range(0, Lanes).Select(lane => SendLaneAsync(LinesOf(lane), target, cancellationToken));
        return [.. (await Task.WhenAll(lanes)).SelectMany(positions => positions).Distinct()];
    }

    private async Task<IReadOnlyCollection<string>> SendLaneAsync(List<string> lines, Func<LocalProcess> target, CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, (long Offset, string Position)>();
        foreach (string[] batch in lines.Chunk(BatchSize))
        {
            using var answer = JsonDocument.Parse(await PostUntilAnsweredAsync(string.Join('\n', batch), target, cancellationToken));
            foreach (var result in answer.RootElement.GetProperty("results").EnumerateArray())
            {
                string position = result.GetProperty("position").GetString()!;
                string[] parts = position.Split(':');
                long offset = long.Parse(parts[2], CultureInfo.InvariantCulture);
                if (!last.TryGetValue(parts[1], out var known) || known.Offset < offset) last[parts[1]] = (offset, position);
            }
            Answered(Interlocked.Increment(ref _answered));
        }
        return [.. last.Values.Select(p => p.Position)];
    }

    private static async Task<string> PostUntilAnsweredAsync(string ndjson, Func<LocalProcess> target, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var content = new StringContent(ndjson, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/x-ndjson"));
                using var response = await target().Http.PostAsync(new Uri("/v1/transactions", UriKind.Relative), content, cancellationToken);
                string body = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode) return body;
                Assert.Fail($"{(int)response.StatusCode}: {body}");
            }
            catch (Exception e) when (e is HttpRequestException or ObjectDisposedException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The process was killed: the next one gets the same batch.
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    private List<string> LinesOf(int lane)
    {
        var random = new Random(seed);
        var lines = new List<string>();
        var time = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < transactions; i++)
        {
            int card = random.Next(cards);
            time += TimeSpan.FromSeconds(random.Next(1, 40));
            bool away = random.Next(25) == 0;
            double lat = away ? 40.71 : 28.61 + random.NextDouble() / 10, lon = away ? -74.01 : 77.21 + random.NextDouble() / 10;
            int device = random.Next(30) == 0 ? random.Next(1, 1000) : 0;
            string amount = (random.Next(100, 90_000) / 100m).ToString(CultureInfo.InvariantCulture);
            if (card % Lanes != lane) continue;
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $$"""{"id":"tx-{{seed}}-{{i}}","cardId":"{{CardIds[card]}}","amount":{{amount}},"currency":"EUR","time":"{{time:O}}","location":{"lat":{{lat:0.####}},"lon":{{lon:0.####}}},"deviceId":"dev-{{seed}}-{{card}}-{{device}}","channel":"pos"}"""));
        }
        return lines;
    }
}
