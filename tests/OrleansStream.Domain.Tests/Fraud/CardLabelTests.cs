using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class CardLabelTests
{
    private static readonly CardLabel Label = new()
    {
        TransactionId = "tx-1", CardId = "card-42", Fraud = true, Source = "chargeback", Time = Samples.Noon.AddDays(9), CaseStatus = "confirmed", Note = "n",
        PurchaseTime = Samples.Noon, Amount = 12.5, Category = "fuel", MerchantId = "m", TerminalId = "t", DeviceId = "d", Withheld = true,
    };

    [Fact]
    public void IsTheSame_WhenItIsWrittenAndRead() => Assert.Equal(Label, CardLabelJson.Read(CardLabelJson.Write(Label)));

    [Theory]
    [InlineData("{")]
    [InlineData("""{"transactionId":"tx-1"}""")]
    [InlineData("null")]
    public void IsNone_WhenTheBytesAreNone(string json) => Assert.Null(CardLabelJson.Read(System.Text.Encoding.UTF8.GetBytes(json)));

    /// <summary>What others learnt when the transaction came in is what the label confirms: in the same category, at the same merchant, of the same card.</summary>
    [Fact]
    public void IsOfThePurchaseThatWasSeen()
    {
        var transaction = Samples.Transaction(amount: 12.5m, device: "d") with { Merchant = new() { Id = "m", Category = "fuel", TerminalId = "t" } };
        Assert.Equal(Purchase.Of(transaction, 12.5m), Label.ToPurchase());
    }
}
