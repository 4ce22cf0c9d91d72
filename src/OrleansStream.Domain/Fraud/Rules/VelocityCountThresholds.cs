namespace OrleansStream.Domain.Fraud;

/// <summary>Thresholds of VELOCITY_COUNT.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.VelocityCountThresholds"), Immutable]
public sealed record VelocityCountThresholds
{
    /// <summary>Length of the window, at most the retention of <see cref="CardProfile.VelocityBounds"/>.</summary>
    [Id(0)]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Transactions within the window that are still normal, below the capacity of
    /// <see cref="CardProfile.VelocityBounds"/>. 5: a person pays about once in some minutes at most; the rest is room for
    /// retries and split bills.
    /// </summary>
    [Id(1)]
    public int Limit { get; init; } = 5;

    /// <summary>0–100. 60: alone enough for a review, not for a decline.</summary>
    [Id(2)]
    public int Score { get; init; } = 60;
}
