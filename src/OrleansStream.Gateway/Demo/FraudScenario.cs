using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace OrleansStream.Gateway.Demo;

/// <summary>
/// Card transactions of cards that each stay in their city, and now and then a card that is used in Delhi and a moment later in New York. Cards are used in turn, and
/// there are as many as the rate needs to use each less than five times in ten minutes; above some 400 a second the rules for frequent use speak, as they should.
/// </summary>
internal sealed class FraudScenario(IOptions<DemoOptions> options) : IDemoScenario
{
    private const int FewestCards = 2_000;

    /// <summary>By the time its turn comes again, a card had time to fly back.</summary>
    private const int Travellers = 20_000;

    private const int CardSecondsApart = 150;
    private static readonly TimeSpan PairEvery = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan PairApart = TimeSpan.FromSeconds(2);

    /// <summary>The shop in Delhi hands in what it has taken with some delay.</summary>
    private static readonly TimeSpan DelhiDelay = TimeSpan.FromMinutes(10);

    private static readonly DemoCity Delhi = new("Delhi", "IN", 28.61, 77.21, "INR");
    private static readonly DemoCity NewYork = new("New York", "US", 40.71, -74.01, "USD");

    private static readonly DemoCity[] Cities =
    [
        new("Berlin", "DE", 52.52, 13.41, "EUR"), new("Mumbai", "IN", 19.08, 72.88, "INR"), new("São Paulo", "BR", -23.55, -46.63, "BRL"),
        new("Tokyo", "JP", 35.68, 139.69, "JPY"), new("Nairobi", "KE", -1.29, 36.82, "KES"), new("Toronto", "CA", 43.65, -79.38, "CAD"),
        new("Madrid", "ES", 40.42, -3.70, "EUR"), new("Sydney", "AU", -33.87, 151.21, "AUD"),
    ];

    private static readonly DemoMerchant[] Merchants =
    [
        new("demo-m-1", "Corner Bakery", "5462"), new("demo-m-2", "Green Grocer", "5411"), new("demo-m-3", "Metro Ticket", "4111"),
        new("demo-m-4", "Book Nook", "5942"), new("demo-m-5", "Noodle Bar", "5812"), new("demo-m-6", "Shoe Palace", "5661"),
    ];

    private readonly Random _random = new(17);
    private long _turn;
    private int _traveller;
    private DateTimeOffset _pairDue;
    private DateTimeOffset? _secondDue;

    public string Name => "fraud";

    public string Topic => "transactions";

    public IReadOnlyList<ReadOnlyMemory<byte>> Next(int count, double perSecond, DateTimeOffset now)
    {
        var events = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++) events[i] = JsonSerializer.SerializeToUtf8Bytes(Next(perSecond, now), DemoJson.Default.DemoTransaction);
        return events;
    }

    private DemoTransaction Next(double perSecond, DateTimeOffset now)
    {
        if (_secondDue <= now)
        {
            _secondDue = null;
            return Travel(NewYork, now);
        }
        if (_secondDue is null && _pairDue <= now)
        {
            // The first pair comes after a while of ordinary life.
            bool first = _pairDue == default;
            _pairDue = now + (first ? PairEvery / 3 : PairEvery);
            if (!first)
            {
                _traveller = (_traveller + 1) % Travellers;
                _secondDue = now + PairApart;
                return Travel(Delhi, now - DelhiDelay);
            }
        }
        return Ordinary(perSecond, now);
    }

    private DemoTransaction Ordinary(double perSecond, DateTimeOffset now)
    {
        int cards = (int)Math.Clamp(perSecond * CardSecondsApart, FewestCards, options.Value.MaxCards);
        long card = _turn++ % cards;
        var city = Cities[card % Cities.Length];
        var merchant = Merchants[_random.Next(Merchants.Length)];
        decimal amount = Math.Round((decimal)(4 + 40 * _random.NextDouble() * _random.NextDouble()), 2);
        return Of($"demo-card-{card}", city, merchant, amount, now);
    }

    private DemoTransaction Travel(DemoCity city, DateTimeOffset now) =>
        Of($"demo-traveller-{_traveller}", city, new DemoMerchant($"demo-m-{city.Country}", $"{city.Name} Duty Free", "5309"), 49.90m, now);

    private DemoTransaction Of(string card, DemoCity city, DemoMerchant merchant, decimal amount, DateTimeOffset now)
    {
        // Within some hundred metres, as shops of one street are.
        double lat = Math.Round(city.Lat + (_random.NextDouble() - 0.5) * 0.01, 4), lon = Math.Round(city.Lon + (_random.NextDouble() - 0.5) * 0.01, 4);
        return new DemoTransaction(
            $"demo-{Guid.CreateVersion7(now):N}", card, amount, city.Currency, now, merchant with { Country = city.Country }, new DemoLocation(lat, lon, city.Country), $"{card}-chip", "pos");
    }
}

internal sealed record DemoCity(string Name, string Country, double Lat, double Lon, string Currency);

internal sealed record DemoMerchant(string Id, string Name, string Category, string Country = "");

internal sealed record DemoLocation(double Lat, double Lon, string Country);

/// <summary>What a client would post.</summary>
internal sealed record DemoTransaction(
    string Id, string CardId, decimal Amount, string Currency, DateTimeOffset Time, DemoMerchant Merchant, DemoLocation Location, string DeviceId, string Channel);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoTransaction))]
internal sealed partial class DemoJson : JsonSerializerContext;
