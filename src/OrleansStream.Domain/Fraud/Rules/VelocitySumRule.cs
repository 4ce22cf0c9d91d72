using System.Globalization;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>VELOCITY_SUM: spending within a window far above the card's own habit.</summary>
public static class VelocitySumRule
{
    /// <summary>
    /// The reason when the amounts of the window (t − length, t], this transaction's included, exceed the card's limit;
    /// else null. Observed and threshold are sums in the card's currency.
    /// </summary>
    public static Reason? Evaluate(CardProfile profile, Transaction transaction, VelocitySumThresholds thresholds)
    {
        var isNew = !profile.Velocity.Contains(EventKey.For(transaction.Time, transaction.Id));
        var count = profile.Velocity.Count(transaction.Time, thresholds.Window) + (isNew ? 1 : 0);
        if (count < thresholds.MinCount)
            return null;

        var sum = (double)(profile.Velocity.Sum(transaction.Time, thresholds.Window) + (isNew ? transaction.Amount : 0));
        var limit = Limit(profile, thresholds);
        if (sum <= limit)
            return null;

        var detail = string.Create(
            CultureInfo.InvariantCulture,
            $"{sum:N2} in {count} transactions within {DurationText.Of(thresholds.Window)}, limit {limit:N2}");
        return new Reason(ReasonCode.VelocitySum, thresholds.Score, detail, sum, limit);
    }

    /// <summary>
    /// The floor, or factor × what the card spends per window on average (total ÷ windows from first to last event) when
    /// that is more and the history is long enough to be a habit.
    /// </summary>
    private static double Limit(CardProfile profile, VelocitySumThresholds thresholds)
    {
        var floor = (double)thresholds.Floor;
        if (profile is not { FirstEventTime: { } first, LastEventTime: { } last })
            return floor;
        var windows = (last - first) / thresholds.Window;
        return windows < thresholds.MinHistoryWindows
            ? floor
            : Math.Max(floor, thresholds.HabitFactor * profile.Amounts.Total / windows);
    }
}
