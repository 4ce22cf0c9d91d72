using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Fraud;

/// <summary>A city to use a card in.</summary>
internal sealed record City(string Name, string Country, double Lat, double Lon, string Currency)
{
    public static readonly City Delhi = new("Delhi", "IN", 28.61, 77.21, "INR");
    public static readonly City NewYork = new("New York", "US", 40.71, -74.01, "USD");

    public static readonly IReadOnlyList<City> All =
    [
        Delhi, NewYork, new("Berlin", "DE", 52.52, 13.41, "EUR"), new("Nairobi", "KE", -1.29, 36.82, "KES"), new("São Paulo", "BR", -23.55, -46.63, "BRL"), new("Sydney", "AU", -33.87, 151.21, "AUD"),
        new("Tokyo", "JP", 35.68, 139.69, "JPY"), new("Toronto", "CA", 43.65, -79.38, "CAD"),
    ];

    public CardPlace Place => new(Lat, Lon, Country);

    public static City Of(string name) => All.First(c => c.Name == name);

    /// <summary>A card pays here.</summary>
    public CardUse Use(string id, string card, DateTimeOffset time) =>
        new(id, card, 49.90m, Currency, time, new CardShop($"demo-m-{Country}", $"{Name} Duty Free", "5309", Country), Place, $"{card}-chip", "pos");
}
