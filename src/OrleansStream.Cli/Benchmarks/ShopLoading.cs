using System.Text;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Fills a server with a shop: its catalogue, and sessions of before by <c>POST /v1/sessions</c>, which makes no profiles.</summary>
internal sealed class ShopLoading(HttpClient http, BenchShop shop, int sessions, TimeProvider clock)
{
    private const int BatchSize = 5_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly PatientApi _api = new(http, clock);
    private long _done;

    /// <summary>0 to 1.</summary>
    public double Fraction => Interlocked.Read(ref _done) / (double)Math.Max(1, shop.Items + sessions);

    public async Task RunAsync(CancellationToken stop)
    {
        for (var from = 0; from < shop.Items; from += BatchSize)
        {
            var lines = new StringBuilder();
            for (var item = from; item < Math.Min(from + BatchSize, shop.Items); item++)
            {
                lines.Append("{\"id\":\"").Append(BenchShop.ItemId(item)).Append("\",\"name\":\"Item ").Append(item).Append("\",\"category\":\"").Append(BenchShop.CategoryOf(item)).Append("\",\"price\":9.95}\n");
            }

            await _api.SendLinesAsync(HttpMethod.Put, "v1/catalog/items", lines.ToString(), stop);
            Interlocked.Add(ref _done, Math.Min(BatchSize, shop.Items - from));
        }

        // Sessions of one batch have their steps in turn, as they would come.
        var start = clock.GetUtcNow().AddDays(-7);
        for (var from = 0; from < sessions; from += BatchSize / 5)
        {
            var lines = new StringBuilder();
            var until = Math.Min(from + (BatchSize / 5), sessions);
            for (var step = 0; step < 5; step++)
            {
                for (var session = from; session < until; session++)
                {
                    if (step >= BenchShop.StepsOf(session))
                    {
                        continue;
                    }

                    var time = start.AddSeconds(session * (500_000.0 / sessions)).AddSeconds(step).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
                    lines.Append("{\"sessionId\":\"bench-").Append(session).Append("\",\"itemId\":\"").Append(BenchShop.ItemId(shop.Item(session, step))).Append("\",\"time\":\"").Append(time).Append("\"}\n");
                }
            }

            await _api.SendLinesAsync(HttpMethod.Post, "v1/sessions", lines.ToString(), stop);
            Interlocked.Add(ref _done, until - from);
        }

        while ((await _api.GetAsync("v1/recommendations/index", stop)).GetProperty("lag").GetInt64() > 0)
        {
            await Task.Delay(Look, clock, stop);
        }
    }
}
