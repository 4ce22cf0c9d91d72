using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Merchants;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Golden;

/// <summary>Rows of merchants and devices, and what they put out.</summary>
public sealed class GoldenNeighbourTests
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly CardLabel Label = new() { TransactionId = "tx-1", CardId = "card-42", Fraud = true, Time = Noon.AddDays(7), PurchaseTime = Noon, Amount = 129.95 };

    [Fact]
    public void MerchantsState() => Assert.Equal(
        [new MerchantFraud("tx-1", "card-42", Noon, 129.95, "t-1"), new MerchantFraud("tx-2", "card-43", Noon.AddHours(1), 5, null)],
        Check("merchant-state-1.bin", new MerchantState(
            [new MerchantFraud("tx-1", "card-42", Noon, 129.95, "t-1"), new MerchantFraud("tx-2", "card-43", Noon.AddHours(1), 5, null)])).Frauds);

    [Fact]
    public void ConfirmedFraudOfAMerchant()
    {
        var fraud = new ConfirmedFraud("tx-1", true, Label);
        Assert.Equal(fraud, Check("confirmed-fraud-1.bin", fraud));
    }

    [Fact]
    public void DevicesState()
    {
        var read = Check("device-state-1.bin", new DeviceState(["card-42", "card-43"], ["card-42/tx-1"]));
        Assert.Equal(["card-42", "card-43"], read.Cards);
        Assert.Equal(["card-42/tx-1"], read.Frauds);
    }

    [Fact]
    public void ChangeOfADevice()
    {
        var change = new DeviceChange("tx-1", "card-42", 2, 1);
        Assert.Equal(change, Check("device-change-1.bin", change));
    }

    private static T Check<T>(string name, T sample)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return GoldenFile.AssertReadAndWritten(name, sample, bytes => serializer.Deserialize(bytes)!, serializer.SerializeToArray);
    }
}
