using System.Globalization;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>VELOCITY_COUNT: more transactions within a short window than people make.</summary>
public static class VelocityCountRule
{
    /// <summary>
    /// The reason when the window (t − length, t] that ends with this transaction, itself included, holds more than the
    /// limit; else null. Observed and threshold are counts.
    /// </summary>
    public static Reason? Evaluate(CardProfile profile, Transaction transaction, VelocityCountThresholds thresholds)
    {
        var key = EventKey.For(transaction.Time, transaction.Id);
        var count = profile.Velocity.Count(transaction.Time, thresholds.Window) + (profile.Velocity.Contains(key) ? 0 : 1);
        if (count <= thresholds.Limit)
            return null;

        var detail = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} transactions in {DurationText.Of(thresholds.Window)}, limit {thresholds.Limit}");
        return new Reason(ReasonCode.VelocityCount, thresholds.Score, detail, count, thresholds.Limit);
    }
}
