using CsCheck;
using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Population;

public sealed class FraudPopulationTests
{
    [Fact]
    public void SaysNothingOfRates_WhenNothingWasEverConfirmed()
    {
        var population = new FraudPopulation();
        for (int i = 0; i < 1_000; i++) population.See(Purchase(i, amount: 20 + (i % 50)));
        var facts = population.FactsFor(Purchase(2_000, amount: 30));
        Assert.Equal((0f, 0f, 0.0), (facts.CategoryLogOdds, facts.MerchantLogOdds, facts.MerchantRisk));
        Assert.InRange(facts.AmountLogOdds, -1.5, 0.5);
    }

    [Fact]
    public void RaisesTheRisk_WhereFraudsAreConfirmed()
    {
        var population = new FraudPopulation();
        for (int i = 0; i < 1_000; i++) population.See(Purchase(i, amount: 20 + (i % 50), merchant: $"m-{i % 20}", category: $"c-{i % 5}"));
        for (int i = 0; i < 10; i++) population.Confirm(Purchase(900 + i, amount: 800, merchant: "m-5", category: "c-0"));
        var risky = population.FactsFor(Purchase(1_000, amount: 800, merchant: "m-5", category: "c-0"));
        var calm = population.FactsFor(Purchase(1_000, amount: 30, merchant: "m-6", category: "c-1"));
        Assert.Equal(10, risky.MerchantFrauds);
        Assert.True(risky is { MerchantLogOdds: > 1.5f, CategoryLogOdds: > 0.5f, AmountLogOdds: > 2, MerchantRisk: > 0.1 }, $"{risky}");
        Assert.True(calm is { MerchantLogOdds: < 0, CategoryLogOdds: < 0, AmountLogOdds: < 0, MerchantRisk: < 0.02 }, $"{calm}");
    }

    [Fact]
    public void ForgetsFrauds_WhenTheWindowHasPassed()
    {
        var population = new FraudPopulation();
        for (int i = 0; i < 5; i++) population.Confirm(Purchase(i, merchant: "m-5"));
        Assert.Equal(5, population.FactsFor(Purchase(60 * 24 * 20, merchant: "m-5")).MerchantFrauds);
        Assert.Equal(0, population.FactsFor(Purchase(60 * 24 * 60, merchant: "m-5")).MerchantFrauds);
        population.See(Purchase(60 * 24 * 60, merchant: "m-5"));
        Assert.Equal(0, population.FactsFor(Purchase(60 * 24 * 60, merchant: "m-5")).MerchantFrauds);
    }

    [Fact]
    public void CountsOtherCards_WhenTheyShareADevice()
    {
        var population = new FraudPopulation();
        for (int card = 0; card < 5; card++) population.See(Purchase(card, device: "d", card: $"c-{card}"));
        Assert.Equal(4, population.FactsFor(Purchase(10, device: "d", card: "c-0")).OtherCardsOnDevice);
        Assert.Equal(5, population.FactsFor(Purchase(10, device: "d", card: "new")).OtherCardsOnDevice);
        Assert.Equal(0, population.FactsFor(Purchase(60 * 24 * 40, device: "d", card: "new")).OtherCardsOnDevice);
    }

    [Fact]
    public void KnowsTheSame_WhenItIsSavedAndRestored()
    {
        var population = new FraudPopulation();
        for (int i = 0; i < 300; i++) population.See(Purchase(i, amount: i, merchant: $"m-{i % 7}", category: $"c-{i % 3}", device: $"d-{i % 5}", card: $"card-{i % 11}"));
        for (int i = 0; i < 9; i++) population.Confirm(Purchase(i, amount: 700, merchant: "m-1", category: "c-1", device: "d-1"));
        var asked = Purchase(400, 700, "m-1", "c-1", "d-1");
        var (saved, expected) = (population.Save(), population.FactsFor(asked));
        // What comes between the copy and its writing is not in it.
        population.Confirm(asked);
        var restored = new FraudPopulation();
        foreach (byte[] piece in saved) restored.Load(piece);
        Assert.Equal(expected, restored.FactsFor(asked));
    }

    [Fact]
    public void TakesAFraudBack_WhenItWasNone()
    {
        var population = new FraudPopulation();
        for (int i = 0; i < 300; i++) population.See(Purchase(i));
        var before = population.FactsFor(Purchase(400));
        population.Confirm(Purchase(5));
        population.Confirm(Purchase(5), -1);
        Assert.Equal(before, population.FactsFor(Purchase(400)));
    }

    /// <summary>Partitions are read in any order: what they make together must not depend on it.</summary>
    [Fact]
    public void KnowsTheSame_InAnyOrder()
    {
        // Within the window of weeks, whatever comes first.
        var gen = Gen.Select(Gen.Int[0, 60 * 24 * 30], Gen.Int[1, 900], Gen.Int[0, 3], Gen.Bool,
            (minute, amount, kind, fraud) => (Purchase: Purchase(minute, amount, $"m-{kind}", $"c-{kind % 2}", $"d-{kind}", $"card-{amount % 7}"), fraud)).Array[1, 60];
        (from events in gen from shuffled in Gen.Shuffle(events.ToArray()) select (events, shuffled)).Sample((events, shuffled) =>
        {
            var asked = Purchase(60 * 24 * 30, 100, "m-1", "c-1", "d-1");
            var (one, other) = (Of(events).FactsFor(asked), Of(shuffled).FactsFor(asked));
            Assert.Equal(one.AmountLogOdds, other.AmountLogOdds, 1e-5);
            Assert.Equal(one.CategoryLogOdds, other.CategoryLogOdds, 1e-5);
            Assert.Equal((one.MerchantLogOdds, one.MerchantFrauds, one.OtherCardsOnDevice, one.DeviceFrauds), (other.MerchantLogOdds, other.MerchantFrauds, other.OtherCardsOnDevice, other.DeviceFrauds));
        });

        static FraudPopulation Of((Purchase Purchase, bool Fraud)[] events)
        {
            var population = new FraudPopulation();
            foreach (var (purchase, fraud) in events)
            {
                population.See(purchase);
                if (fraud) population.Confirm(purchase);
            }
            return population;
        }
    }

    private static Purchase Purchase(
        int minute, double amount = 20, string merchant = "m-1", string category = "c-1", string? device = null, string card = "card-1") => new(
        OrleansStream.Domain.Fraud.Purchase.HashOf(card), amount, Noon.AddMinutes(minute), category, merchant, null, device);
}
