using System.Runtime.InteropServices;
using OrleansStream.Domain.Fraud.Rules;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// (profile before, transaction, facts, windows of the rule set) → <see cref="FraudInputs"/>. Pure; bounded by the profile's bounds. What comes later in event
/// time than the transaction is left out, but for the trail, which looks both ways.
/// </summary>
internal static class InputReader
{
    /// <summary>As many amounts of the usual size a card is assumed to have had before its first.</summary>
    private const double HabitStrength = 5;
    private const double CategoryStrength = 3;
    private const int UsualUses = 3;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>How long a suspicious transaction keeps its neighbours suspicious, and the time in which that falls to 1/e.</summary>
    private static readonly TimeSpan RunLength = TimeSpan.FromHours(48);
    private static readonly double RunDecayTicks = TimeSpan.FromHours(36).Ticks;

    public static FraudInputs Read(CardProfile profile, Transaction transaction, decimal? known, FraudFacts facts, FraudRuleset ruleset)
    {
        var bytes = new byte[FraudInputs.FeatureCount * sizeof(float)];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        var key = EventKey.For(transaction.Time, transaction.Id);
        var amount = known ?? transaction.Amount;
        var log = Math.Log(1 + (double)amount);
        Set(values, Feature.Amount, (double)amount);
        Set(values, Feature.UnknownCurrency, known is null ? 1 : 0);
        Set(values, Feature.ConfirmedFrauds, profile.ConfirmedFrauds);
        var scale = profile.Habit.Scale(facts.UsualLogAmount, facts.UsualLogDeviation, HabitStrength);
        ReadHabit(values, profile, transaction, facts, log, scale);
        ReadWindows(values, profile, key, amount, facts, ruleset);
        ReadRun(values, profile, key, scale);
        ReadTesting(values, profile, transaction, key, ruleset);
        ReadLimits(values, profile, key, amount, ruleset);
        ReadDevice(values, profile, transaction, facts);
        ReadPlace(values, profile, transaction, ruleset.Rules.ImpossibleTravel);
        Set(values, Feature.AmountLogOdds, facts.AmountLogOdds);
        Set(values, Feature.CategoryLogOdds, facts.CategoryLogOdds);
        Set(values, Feature.MerchantLogOdds, facts.MerchantLogOdds);
        Set(values, Feature.TerminalLogOdds, facts.TerminalLogOdds);
        Set(values, Feature.MerchantRisk, facts.MerchantRisk);
        Set(values, Feature.MerchantFrauds, facts.MerchantFrauds);
        Set(values, Feature.TerminalFrauds, facts.TerminalFrauds);
        return new FraudInputs
        {
            Values = bytes,
            Category = transaction.Merchant?.Category,
            MerchantId = transaction.Merchant?.Id,
            TerminalId = transaction.Merchant?.TerminalId,
            MerchantCountry = transaction.Merchant?.Country,
            DeviceId = transaction.DeviceId is { } device ? KnownDevices.StoredId(device) : null,
            Currency = transaction.Currency,
            Country = transaction.Country,
            IssuerCountry = transaction.IssuerCountry,
            Channel = transaction.Channel,
        };
    }

    private static void Set(Span<float> values, Feature feature, double value) => values[(int)feature] = (float)value;

    private static void ReadHabit(Span<float> values, CardProfile profile, Transaction transaction, FraudFacts facts, double log, AmountScale scale)
    {
        var (habit, inCategory) = (profile.Habit, profile.Categories.Of(transaction.Merchant?.Category));
        Set(values, Feature.History, profile.TransactionCount);
        Set(values, Feature.AmountDeviation, scale.Of(log));
        Set(values, Feature.CategoryDeviation, inCategory.Scale(scale.Mean, facts.UsualLogDeviation, CategoryStrength).Of(log));
        Set(values, Feature.AmountRatio, Math.Exp(log - scale.Mean));
        Set(values, Feature.CategoryHistory, inCategory.Count);
        Set(values, Feature.CategoryNovelty, Math.Exp(-inCategory.Count / 1.5) * (habit.Count / (habit.Count + 10.0)));
        Set(values, Feature.Hour, transaction.Time.Hour);
        Set(values, Feature.HourRarity, profile.Hours.Rarity(transaction.Time.Hour));
    }

    private static void ReadWindows(Span<float> values, CardProfile profile, EventKey key, decimal amount, FraudFacts facts, FraudRuleset ruleset)
    {
        var isNew = !profile.Velocity.Contains(key);
        var (own, ownAmount) = isNew ? (1, amount) : (0, 0);
        var rules = ruleset.Rules;
        Set(values, Feature.WindowCount, profile.Velocity.Count(key.Time, rules.VelocityCount.Window) + own);
        var sumWindow = rules.VelocitySum.Window;
        Set(values, Feature.WindowSum, (double)(profile.Velocity.Sum(key.Time, sumWindow) + ownAmount));
        Set(values, Feature.WindowSumCount, profile.Velocity.Count(key.Time, sumWindow) + own);
        Set(values, Feature.WindowSumLimit, rules.VelocitySum.LimitFor(profile));
        var usual = Math.Exp(facts.UsualLogAmount);
        var days = profile.FirstEventTime is { } first ? Math.Max(1, (key.UtcTicks - first.UtcTicks) / (double)TimeSpan.TicksPerDay) : 1;
        var perDay = (profile.Spent + (6 * usual)) / (days + 1.5);
        var day = (double)(profile.Velocity.Sum(key.Time, Day) + ownAmount);
        Set(values, Feature.SpendingRatio, Math.Log(((1.5 * usual) + day) / ((1.5 * usual) + perDay)));
    }

    /// <summary>
    /// What each transaction of the run told by itself is kept as evidence; how unusual its amount was for the card is judged by the habit of now. Both
    /// together give it a likelihood, and the likelihoods fade with age.
    /// </summary>
    private static void ReadRun(Span<float> values, CardProfile profile, EventKey key, AmountScale scale)
    {
        const double deviationWeight = 0.9, even = 3.5;
        var run = 0.0;
        foreach (var entry in profile.Velocity.Within(key.Time, RunLength))
        {
            if (entry.Key.IdHash == key.IdHash)
                continue;
            var deviation = scale.Of(Math.Log(1 + (double)entry.Value));
            var logOdds = (entry.Evidence / 1000.0) + (deviationWeight * Math.Clamp(deviation, -2, 5)) - even;
            if (logOdds > -5)
                run += Math.Exp((entry.Key.UtcTicks - key.UtcTicks) / RunDecayTicks) / (1 + Math.Exp(-logOdds));
        }

        Set(values, Feature.SuspiciousRun, run);
    }

    private static void ReadTesting(Span<float> values, CardProfile profile, Transaction transaction, EventKey key, FraudRuleset ruleset)
    {
        var declines = 0;
        foreach (var entry in profile.Velocity.Within(key.Time, ruleset.Rules.CardTesting.Window))
        {
            if ((entry.Flags & CardProfile.DeclinedByIssuer) != 0 && entry.Key.IdHash != key.IdHash)
                declines++;
        }

        Set(values, Feature.Declines, declines);
        Set(values, Feature.Approved, transaction.Authorization == Authorization.Approved ? 1 : 0);
    }

    private static void ReadLimits(Span<float> values, CardProfile profile, EventKey key, decimal amount, FraudRuleset ruleset)
    {
        var structuring = ruleset.Rules.Structuring;
        if (structuring.LimitAbove(amount) is not { } limit)
            return;
        var count = 1;
        foreach (var entry in profile.Velocity.Within(key.Time, CardProfile.VelocityBounds.Retention))
        {
            if (entry.Key.IdHash != key.IdHash && structuring.LimitAbove(entry.Value) == limit)
                count++;
        }

        Set(values, Feature.NearLimit, (double)limit);
        Set(values, Feature.NearLimitCount, count);
    }

    private static void ReadDevice(Span<float> values, CardProfile profile, Transaction transaction, FraudFacts facts)
    {
        var known = profile.Devices.Items.Length;
        Set(values, Feature.KnownDevices, known);
        if (transaction.DeviceId is not { } device)
            return;
        Set(values, Feature.NewDevice, known > 0 && !profile.Devices.Contains(device) ? 1 : 0);
        Set(values, Feature.OtherCardsOnDevice, facts.OtherCardsOnDevice);
        Set(values, Feature.DeviceFrauds, facts.DeviceFrauds);
    }

    private static void ReadPlace(Span<float> values, CardProfile profile, Transaction transaction, ImpossibleTravelRule travel)
    {
        var isAbroad = transaction is { IssuerCountry: { } issuer, Country: { } country } && !issuer.Equals(country, StringComparison.OrdinalIgnoreCase);
        Set(values, Feature.CountryMismatch, isAbroad ? 1 : 0);
        if (Sighting.Of(transaction) is not { } here)
            return;
        Set(values, Feature.DistanceKm, profile.Places.DistanceKm(transaction.Location!, UsualUses));
        var (arrival, departure) = profile.Trail.Trips(here, profile.Distrusted, travel);
        if (arrival is { } from)
        {
            Set(values, Feature.ArrivalKm, from.Km);
            Set(values, Feature.ArrivalSeconds, from.Seconds);
        }

        if (departure is { } to)
        {
            Set(values, Feature.DepartureKm, to.Km);
            Set(values, Feature.DepartureSeconds, to.Seconds);
        }
    }
}
