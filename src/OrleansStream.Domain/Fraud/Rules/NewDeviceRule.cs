using System.Globalization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>NEW_DEVICE: a card with a history appears on a device it was never used with.</summary>
public static class NewDeviceRule
{
    /// <summary>
    /// The reason when the device is none of the card's known ones; null when the event names no device, the card has
    /// no device history, or too short a history. Observed is the number of earlier transactions.
    /// </summary>
    public static Reason? Evaluate(CardProfile profile, Transaction transaction, NewDeviceThresholds thresholds)
    {
        var isNew = transaction.DeviceId is { } device
            && profile.TransactionCount >= thresholds.MinHistory
            && !profile.Devices.Items.IsEmpty
            && !profile.Devices.Contains(device);
        if (!isNew)
            return null;

        var detail = string.Create(
            CultureInfo.InvariantCulture,
            $"device not seen in {profile.TransactionCount:N0} earlier transactions, {profile.Devices.Items.Length} known");
        return new Reason(ReasonCode.NewDevice, thresholds.Score, detail, profile.TransactionCount, thresholds.MinHistory);
    }
}
