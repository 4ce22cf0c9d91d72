using System.Globalization;
using System.Text.Json;

namespace OrleansStream.Cli.Benchmarks;

internal sealed record BenchTransaction(string Id, ReadOnlyMemory<byte> Json);

/// <summary>
/// Everyday purchases: each card shops at one place in one town for small sums. No run meets the ids or cards of
/// another, nor of its own warm-up.
/// </summary>
internal sealed class BenchTransactions(int keys, TimeProvider clock)
{
    private static readonly (double Lat, double Lon, string Country)[] Towns =
        [(52.52, 13.40, "DE"), (48.86, 2.35, "FR"), (41.39, 2.17, "ES"), (45.46, 9.19, "IT"), (52.37, 4.90, "NL")];

    private static readonly string[] Categories = ["5411", "5814", "5912", "5499", "5541"];

    private readonly string _run = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);

    public BenchTransaction Shot(int n) => Create($"bench-{_run}-{n % keys}", $"bench-{_run}-tx-{n}", n);

    /// <summary>A purchase of each card of the shots, before them.</summary>
    public BenchTransaction Introduce(int card) => Create($"bench-{_run}-{card}", $"bench-{_run}-first-{card}", card);

    /// <summary>A purchase of one of the cards.</summary>
    public BenchTransaction Of(int card, string id) => Create($"bench-{_run}-{card}", $"bench-{_run}-tx-{id}", card);

    public BenchTransaction WarmUp(int n) => Create($"bench-{_run}-warm-{n % keys}", $"bench-{_run}-warm-tx-{n}", n);

    private BenchTransaction Create(string card, string id, int n)
    {
        var holder = n % keys;
        var (lat, lon, country) = Towns[holder % Towns.Length];
        var location = new PurchasePlace(lat, lon, country);
        var merchant = new PurchaseMerchant($"bench-shop-{holder % 50}", Categories[holder % Categories.Length], country);
        var amount = 18 + (decimal)(n * 37 % 900 / 100.0);
        var purchase = new Purchase(id, card, amount, "EUR", clock.GetUtcNow(), merchant, location, $"dev-{card}", "pos");
        return new BenchTransaction(id, JsonSerializer.SerializeToUtf8Bytes(purchase, BenchJson.Default.Purchase));
    }
}

/// <summary>The part of a transaction a purchase at a till has.</summary>
internal sealed record Purchase(
    string Id, string CardId, decimal Amount, string Currency, DateTimeOffset Time,
    PurchaseMerchant Merchant, PurchasePlace Location, string DeviceId, string Channel);

internal sealed record PurchaseMerchant(string Id, string Category, string Country);

internal sealed record PurchasePlace(double Lat, double Lon, string Country);
