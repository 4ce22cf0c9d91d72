using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Merchants;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>Cards and the devices they feed, without a cluster.</summary>
public sealed class FraudHarnessTests
{
    [Fact]
    public void DeclinesTheSecond_WhenACardIsInDelhiAndTenMinutesLaterInNewYork()
    {
        using var cards = Cards();
        cards.Send("""{"id":"tx-1","cardId":"card-42","amount":129.95,"time":"2026-11-22T10:00:00Z","location":{"lat":28.61,"lon":77.21},"channel":"pos"}""");
        cards.Send("""{"id":"tx-2","cardId":"card-42","amount":100,"time":"2026-11-22T10:10:00Z","location":{"lat":40.71,"lon":-74.01},"channel":"pos"}""");
        Assert.Equal(["approve", "decline"], cards.Outputs.Select(o => o.Json.GetProperty("outcome").GetString()));
        // The same again counts once.
        cards.Send("""{"id":"tx-2","cardId":"card-42","amount":100,"time":"2026-11-22T10:10:00Z"}""");
        Assert.Equal(2, cards.Outputs.Count);
    }

    [Fact]
    public void TellsTheDeviceOfEachNewCard_WhenItIsFed()
    {
        using var devices = new ProcessorHarness<DeviceEvent, DeviceState, DeviceChange, NoFacts>(new DeviceProcessor());
        using var cards = Cards().Feed(devices);
        foreach (string card in (string[])["card-1", "card-2", "card-1"])
            cards.Send($$"""{"cardId":"{{card}}","amount":1,"deviceId":"dev-1","time":"2026-11-22T10:00:00Z"}""");
        Assert.Equal(["card-1", "card-2"], devices.State("dev-1")!.Cards);
        Assert.Equal(2, cards.Emissions.Count);
    }

    private static ProcessorHarness<CardEvent, CardProfile, Decision, FraudFacts> Cards() => new(new CardProcessor(), _ => FraudFacts.None, [MerchantProcessor.TopicName, DeviceProcessor.TopicName]);
}
