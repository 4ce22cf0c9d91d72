namespace OrleansStream.Domain.Fraud;

public sealed partial class FraudPopulation
{
    // Strengths of what is assumed before anything is known, in transactions or frauds.
    private const double PriorTransactions = 50;
    private const double PriorFrauds = 20;
    private const double PriorFraudsOfCategory = 10;
    private const double PriorCategoryRate = 4;
    private const double PriorMoments = 20;

    /// <summary>Share of frauds by night before anything is known; a quarter of the hours are night.</summary>
    private const double PriorNightShare = 0.45;
    private const double LeastLogOdds = -4;
    private const double MostLogOdds = 6;

    /// <summary>What is known now of a purchase's category, merchant, terminal and device.</summary>
    /// <remarks>
    /// Until a fraud was confirmed, nothing is known of what sets fraud apart here. A decision then depends on its own card alone, not on how far the
    /// transactions of others have come; the other cards of its device are the exception.
    /// </remarks>
    public FraudFacts FactsFor(in Purchase purchase)
    {
        var device = purchase.DeviceId is { } used ? _devices.GetValueOrDefault(KnownDevices.StoredId(used)) : null;
        var others = device?.OthersAt(purchase.CardHash, purchase.Time) ?? 0;
        return _all.Frauds > 0 ? FactsFor(purchase, device, others) : new FraudFacts { OtherCardsOnDevice = others };
    }

    private FraudFacts FactsFor(in Purchase purchase, DeviceUse? device, int others)
    {
        var scale = 1 / ForwardDecay.Weight(purchase.Time);
        var rate = _all.Count > 0 ? Math.Min(1, _all.Frauds / _all.Count) : 0;
        var category = _categories.GetValueOrDefault(purchase.Category ?? "") ?? Nothing;
        var merchant = purchase.MerchantId is { } id ? _merchants.GetValueOrDefault(id) : null;
        var terminal = purchase is { MerchantId: { } at, TerminalId: { } till } ? _terminals.GetValueOrDefault(TerminalKey(at, till)) : null;
        var (mean, deviation) = Moments(scale);
        return new FraudFacts
        {
            MerchantRisk = merchant is null ? 0 : Math.Round(Share(merchant, purchase.Time, rate), 4),
            MerchantLogOdds = (float)(merchant?.LogOddsAt(purchase.Time, rate) ?? 0),
            MerchantFrauds = merchant?.FraudsAt(purchase.Time) ?? 0,
            TerminalLogOdds = (float)(terminal?.LogOddsAt(purchase.Time, rate) ?? 0),
            TerminalFrauds = terminal?.FraudsAt(purchase.Time) ?? 0,
            AmountLogOdds = (float)(AmountLogOdds(category, purchase.Amount, scale, mean, deviation) + NightLogOdds(category, purchase, scale)),
            CategoryLogOdds = (float)Math.Log(((category.Frauds * scale) + PriorCategoryRate) / ((category.Count * scale * rate) + PriorCategoryRate)),
            OtherCardsOnDevice = others,
            DeviceFrauds = device?.Risk.FraudsAt(purchase.Time) ?? 0,
            UsualLogAmount = (float)mean,
            UsualLogDeviation = (float)deviation,
        };
    }

    private static readonly CategoryRisk Nothing = new();

    private static double Share(RiskWindow merchant, DateTimeOffset time, double rate)
    {
        const double prior = 20;
        return (merchant.FraudsAt(time) + (prior * rate)) / (merchant.TransactionsAt(time) + prior);
    }

    private (double Mean, double Deviation) Moments(double scale)
    {
        const double usual = 3.4, usualDeviation = 1.2;
        var count = (_all.Count * scale) + PriorMoments;
        var mean = ((_sum * scale) + (PriorMoments * usual)) / count;
        var square = ((_sumOfSquares * scale) + (PriorMoments * ((usual * usual) + (usualDeviation * usualDeviation)))) / count;
        return (mean, Math.Sqrt(Math.Max(0.1, square - (mean * mean))));
    }

    /// <summary>ln(P(band | fraud) / P(band | any)) in the category, each drawn to that of all categories.</summary>
    private double AmountLogOdds(CategoryRisk category, double amount, double scale, double mean, double deviation)
    {
        var band = CategoryRisk.BandOf(amount);
        var anyOfAll = ((CategoryRisk.Smooth(_all.ByBand, band) * scale) + 1) / ((_all.Count * scale) + CategoryRisk.Bands);
        var any = ((CategoryRisk.Smooth(category.ByBand, band) * scale) + (PriorTransactions * anyOfAll)) / ((category.Count * scale) + PriorTransactions);
        var top = CategoryRisk.BandOf(Math.Exp(mean + (2.5 * deviation)));
        var large = CategoryRisk.BandOf(Math.Exp(mean + deviation));
        // Half as all transactions, half evenly over the bands up to an unusual amount, the larger ones twice as likely.
        var prior = (0.5 * anyOfAll) + (0.5 * (band <= top ? 1.0 / (top + 1) : 0.002));
        prior *= band >= large ? 1.5 : 0.7;
        var fraudOfAll = ((CategoryRisk.Smooth(_all.FraudsByBand, band) * scale) + (PriorFrauds * prior)) / ((_all.Frauds * scale) + PriorFrauds);
        var fraud = ((CategoryRisk.Smooth(category.FraudsByBand, band) * scale) + (PriorFraudsOfCategory * fraudOfAll))
            / ((category.Frauds * scale) + PriorFraudsOfCategory);
        return Math.Clamp(Math.Log(fraud / any), LeastLogOdds, MostLogOdds);
    }

    /// <summary>ln(P(night or day | size, fraud) / P(night or day | size, any)) in the category, drawn to that of all categories.</summary>
    private double NightLogOdds(CategoryRisk category, in Purchase purchase, double scale)
    {
        var part = CategoryRisk.PartOf(purchase.Amount, purchase.Time.Hour);
        var other = part ^ 1;
        var night = (part & 1) == 1;
        var anyOfAll = ((_all.ByPart[part] * scale) + (2 * (night ? 0.25 : 0.75))) / (((_all.ByPart[part] + _all.ByPart[other]) * scale) + 2);
        var any = ((category.ByPart[part] * scale) + (PriorFrauds * anyOfAll)) / (((category.ByPart[part] + category.ByPart[other]) * scale) + PriorFrauds);
        var prior = night ? PriorNightShare : 1 - PriorNightShare;
        var fraudOfAll = ((_all.FraudsByPart[part] * scale) + (PriorFraudsOfCategory * prior))
            / (((_all.FraudsByPart[part] + _all.FraudsByPart[other]) * scale) + PriorFraudsOfCategory);
        var fraud = ((category.FraudsByPart[part] * scale) + (PriorFraudsOfCategory * fraudOfAll))
            / (((category.FraudsByPart[part] + category.FraudsByPart[other]) * scale) + PriorFraudsOfCategory);
        return Math.Log(fraud / any);
    }
}
