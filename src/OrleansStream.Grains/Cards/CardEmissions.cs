using System.Collections.Immutable;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Merchants;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>What other keys learn from a card: little, so that a transaction costs one record. Merchants and devices are told of labels, devices of new cards.</summary>
internal static class CardEmissions
{
    /// <summary>A label that changed the card, to its merchant and its device.</summary>
    public static ImmutableArray<Emission> OfLabel(CardLabel label)
    {
        byte[] json = CardLabelJson.Write(label);
        var merchant = new Emission(MerchantProcessor.TopicName, label.MerchantId ?? MerchantProcessor.Unnamed, json);
        return label.DeviceId is { } device ? [merchant, new Emission(DeviceProcessor.TopicName, device, json)] : [merchant];
    }

    /// <summary>A device that is new to the card.</summary>
    public static ImmutableArray<Emission> OfTransaction(CardProfile before, Transaction transaction) =>
        transaction.DeviceId is { } device && !before.Devices.Contains(device)
            ? [new Emission(DeviceProcessor.TopicName, KnownDevices.StoredId(device), DeviceSighting.Of(transaction).ToJson())]
            : [];
}
