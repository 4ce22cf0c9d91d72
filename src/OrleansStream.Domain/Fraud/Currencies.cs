using System.Collections.Immutable;

namespace OrleansStream.Domain.Fraud;

/// <summary>What one unit of a currency is worth in the base currency, in which all thresholds and habits are.</summary>
public sealed record Currencies
{
    /// <summary>Amounts without a currency are in it.</summary>
    public string Base { get; init; } = "EUR";

    /// <summary>
    /// By ISO 4217 code, any case. The defaults are orders of magnitude (mid 2020s), good enough to tell a large amount from a small one: an operator with
    /// amounts in several currencies puts current ones here.
    /// </summary>
    public ImmutableSortedDictionary<string, decimal> Rates { get; init; } = Defaults;

    private static readonly ImmutableSortedDictionary<string, decimal> Defaults = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, decimal>[]
        {
            new("AUD", 0.6m), new("BRL", 0.17m), new("CAD", 0.67m), new("CHF", 1.05m), new("CNY", 0.13m), new("CZK", 0.04m), new("DKK", 0.134m),
            new("GBP", 1.17m), new("HKD", 0.12m), new("HUF", 0.0025m), new("IDR", 0.000057m), new("ILS", 0.25m), new("INR", 0.011m), new("JPY", 0.0061m),
            new("KRW", 0.00067m), new("MXN", 0.05m), new("MYR", 0.2m), new("NOK", 0.086m), new("NZD", 0.55m), new("PHP", 0.016m), new("PLN", 0.23m),
            new("RON", 0.2m), new("SEK", 0.088m), new("SGD", 0.69m), new("THB", 0.026m), new("TRY", 0.026m), new("USD", 0.92m), new("ZAR", 0.05m),
        });

    /// <summary>The amount in the base currency; null when there is no rate for its currency.</summary>
    public decimal? Convert(decimal amount, string? currency)
    {
        if (currency is null || currency.Equals(Base, StringComparison.OrdinalIgnoreCase))
            return amount;
        if (Rates.TryGetValue(currency, out var rate) || Rates.TryGetValue(currency.ToUpperInvariant(), out rate))
            return amount * rate;
        return null;
    }
}
