namespace OrleansStream.Domain.Fraud;

/// <summary>Thresholds of VELOCITY_SUM: spending within a window against the card's own habit.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.VelocitySumThresholds"), Immutable]
public sealed record VelocitySumThresholds
{
    /// <summary>Length of the window, at most half the retention of <see cref="CardProfile.VelocityBounds"/> to be exact for late events.</summary>
    [Id(0)]
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Sum within the window that is normal for any card, in the card's currency. 1,500: within the daily limits of 1,000
    /// to 2,500 that banks commonly preset on debit cards, so that a frugal card's first big purchase is no alarm.
    /// </summary>
    [Id(1)]
    public decimal Floor { get; init; } = 1500;

    /// <summary>Above the floor: times the card's usual spending per window. 5 leaves holidays and pay days alone.</summary>
    [Id(2)]
    public double HabitFactor { get; init; } = 5;

    /// <summary>Windows of history (first to last event) before there is a habit; until then the floor alone counts. 7: a whole week.</summary>
    [Id(3)]
    public double MinHistoryWindows { get; init; } = 7;

    /// <summary>Transactions within the window from which on it is velocity: one large amount alone is not.</summary>
    [Id(4)]
    public int MinCount { get; init; } = 2;

    /// <summary>0–100. 50: people do have expensive days; alone a review.</summary>
    [Id(5)]
    public int Score { get; init; } = 50;
}
