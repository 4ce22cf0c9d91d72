using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Tests.Fraud;
using OrleansStream.Testing;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Golden;

/// <summary>What stands in rows of cards, in their histories and in the topic of decisions: an [Id] or [Alias] that changes its meaning fails here.</summary>
public sealed class GoldenFraudTests
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly FraudFacts Facts = new()
    {
        MerchantRisk = 0.25, MerchantLogOdds = 1.5f, TerminalLogOdds = -0.5f, AmountLogOdds = 0.75f, CategoryLogOdds = 0.125f, MerchantFrauds = 3, OtherCardsOnDevice = 2,
        DeviceFrauds = 1, UsualLogAmount = 3.5f, UsualLogDeviation = 1.25f, TerminalFrauds = 4,
    };

    private static readonly CardLabel Label = new()
    {
        TransactionId = "tx-1", CardId = "card-42", Fraud = true, Source = "chargeback", Time = Noon.AddDays(7), CaseStatus = "confirmed", Note = "seen", PurchaseTime = Noon,
        Amount = 129.95, Category = "electronics", MerchantId = "m-7", TerminalId = "t-1", DeviceId = "phone", Withheld = true,
    };

    [Fact]
    public void Profile()
    {
        var read = Check("card-profile-2.bin", SampleProfile());
        Assert.Equal(SampleProfile(), read);
        Assert.Equal((3L, Noon, Delhi.Lat, Delhi.Lon), (read.TransactionCount, read.FirstEventTime!.Value, read.LastLocation!.Value.Lat, read.LastLocation!.Value.Lon));
        Assert.Equal((1, 12_995L), (read.ConfirmedFrauds, read.WithheldCents));
    }

    [Fact]
    public void DecisionWithAllItsParts()
    {
        var read = Check("decision-2.bin", SampleDecision());
        Assert.Equal(("tx-3", "card-42", Outcome.Decline, 100), (read.TransactionId, read.CardId, read.Outcome, read.Score));
        Assert.Equal(("default", 7, Noon.AddMinutes(20), true, 33), (read.RulesetId, read.RulesetVersion, read.Time, read.Withheld, read.Evidence));
        Assert.Equal([new Reason(ReasonCode.ImpossibleTravel, 100, "11,757 km in 10 min", 70_542, 900, 9.25), new Reason(ReasonCode.Custom, 12, "mine", 1, 0.5, 0.75, "MINE")], read.Reasons);
        Assert.Equal(new ShadowDecision { RulesetId = "next", RulesetVersion = 8, Outcome = Outcome.Review, Score = 50, Reasons = [], LogOdds = -1.5 }, read.Shadow);
        Assert.Equal(129.95f, read.Inputs![Feature.Amount]);
        Assert.Equal(SampleInputs() with { Values = read.Inputs.Values }, read.Inputs);
        Assert.Equal(SampleProfile(), read.Snapshot);
        Assert.Equal(4.5, read.LogOdds);
    }

    [Fact]
    public void LabelOfACase() => Assert.Equal(Label, Check("card-label-2.bin", Label));

    [Fact]
    public void FactsFromElsewhere() => Assert.Equal(Facts, Check("fraud-facts-1.bin", Facts));

    private static CardProfile SampleProfile()
    {
        var profile = Samples.Profile(
            Transaction(amount: 129.95m, location: Delhi with { Country = "IN" }, device: "phone") with { Merchant = new Merchant { Id = "m-7", Category = "electronics" } },
            Transaction("tx-2", TimeSpan.FromMinutes(5), 20, Delhi, "phone"),
            Transaction("tx-3", TimeSpan.FromMinutes(20), 7.5m, NewYork, "laptop", Channel.Ecommerce));
        return profile with { Distrusted = [7], Frauds = [9], WithheldCents = 12_995 };
    }

    private static FraudInputs SampleInputs()
    {
        var values = new byte[4 * FraudInputs.FeatureCount];
        BitConverter.TryWriteBytes(values.AsSpan(4 * (int)Feature.Amount), 129.95f);
        return new FraudInputs
        {
            Values = values, Category = "electronics", MerchantId = "m-7", TerminalId = "t-1", DeviceId = "phone", Currency = "EUR", Country = "IN", IssuerCountry = "DE",
            Channel = Channel.Pos, MerchantCountry = "US",
        };
    }

    private static Decision SampleDecision() => new()
    {
        TransactionId = "tx-3", CardId = "card-42", Outcome = Outcome.Decline, Score = 100, RulesetId = "default", RulesetVersion = 7, Time = Noon.AddMinutes(20), LogOdds = 4.5,
        Reasons = [new Reason(ReasonCode.ImpossibleTravel, 100, "11,757 km in 10 min", 70_542, 900, 9.25), new Reason(ReasonCode.Custom, 12, "mine", 1, 0.5, 0.75, "MINE")],
        Inputs = SampleInputs(), Snapshot = SampleProfile(), Evidence = 33, Withheld = true,
        Shadow = new ShadowDecision { RulesetId = "next", RulesetVersion = 8, Outcome = Outcome.Review, Score = 50, Reasons = [], LogOdds = -1.5 },
    };

    private static T Check<T>(string name, T sample)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return GoldenFile.AssertReadAndWritten(name, sample, bytes => serializer.Deserialize(bytes)!, serializer.SerializeToArray);
    }
}
