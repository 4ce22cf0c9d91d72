namespace OrleansStream.Domain.Fraud;

/// <summary>Thresholds of NEW_DEVICE.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.NewDeviceThresholds"), Immutable]
public sealed record NewDeviceThresholds
{
    /// <summary>Transactions a card must have before a device can be new to it: everything is new to a new card.</summary>
    [Id(0)]
    public int MinHistory { get; init; } = 3;

    /// <summary>0–100. 25: people buy phones; a new device only strengthens other evidence.</summary>
    [Id(1)]
    public int Score { get; init; } = 25;
}
