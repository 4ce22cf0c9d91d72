using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class OtherRulesTests
{
    [Theory]
    [InlineData(3, Authorization.Approved, true)]
    [InlineData(2, Authorization.Approved, false)]
    [InlineData(5, Authorization.Declined, false)]
    public void SpeaksOfCardTesting_WhenAnAttemptSucceedsAfterDeclines(int declines, Authorization now, bool expected)
    {
        var profile = Profile(Enumerable.Range(0, declines).Select(i => Transaction(Id(i), TimeSpan.FromMinutes(i), amount: 1) with { Authorization = Authorization.Declined }));
        var reason = Spoken(ReasonCode.CardTesting, profile, Transaction("now", TimeSpan.FromMinutes(10), amount: 1) with { Authorization = now });
        Assert.Equal(expected, reason is not null);
    }

    [Theory]
    [InlineData(new[] { 9_900, 9_700 }, 9_950, true)]
    [InlineData(new[] { 9_900, 9_700 }, 10_000, false)]
    [InlineData(new[] { 9_000, 9_700 }, 9_950, true)] // two: a third of the weight
    [InlineData(new[] { 4_990, 2_990 }, 9_950, false)]
    public void SpeaksOfStructuring_WhenAmountsStayJustBelowALimit(int[] earlier, int amount, bool expected)
    {
        var profile = Profile(earlier.Select((value, i) => Transaction(Id(i), TimeSpan.FromHours(i), value)));
        Assert.Equal(expected, Spoken(ReasonCode.Structuring, profile, Transaction("now", TimeSpan.FromHours(5), amount)) is not null);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void SpeaksOfASharedDevice_WhenMoreCardsUseItThanAHouseholdHas(int others, bool expected) => Assert.Equal(
        expected, Spoken(ReasonCode.SharedDevice, CardProfile.Empty, Transaction(device: "d"), new FraudFacts { OtherCardsOnDevice = others }) is not null);

    [Fact]
    public void SpeaksOfTheDevice_WhenFraudWasConfirmedWithIt() => Assert.NotNull(
        Spoken(ReasonCode.DeviceRisk, CardProfile.Empty, Transaction(device: "d"), new FraudFacts { DeviceFrauds = 1 }));

    [Theory]
    [InlineData("DE", "IN", true)]
    [InlineData("IN", "in", false)]
    [InlineData(null, "IN", false)]
    [InlineData("DE", null, false)]
    public void SpeaksOfTheCountry_WhenTheCardIsFromAnother(string? issuer, string? country, bool expected) => Assert.Equal(
        expected, Spoken(ReasonCode.CountryMismatch, CardProfile.Empty, Transaction() with { IssuerCountry = issuer, Country = country }) is not null);

    [Theory]
    [InlineData(20, false)]
    [InlineData(35, false)]
    [InlineData(2_000, true)]
    public void SpeaksOfTheAmount_WhenItIsFarAboveTheHabit(int amount, bool expected)
    {
        var profile = Profile(Enumerable.Range(0, 50).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 15 + (day % 10))));
        var reason = Spoken(ReasonCode.AmountAnomaly, profile, Transaction("now", TimeSpan.FromDays(60), amount));
        Assert.Equal(expected, reason is not null);
    }

    [Fact]
    public void ReviewsAnAmountNoHabitExplains()
    {
        var profile = Profile(Enumerable.Range(0, 50).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 15 + (day % 10))));
        Assert.NotEqual(Outcome.Approve, Decide(profile, Transaction("now", TimeSpan.FromDays(60), 20_000)).Decision.Outcome);
    }

    [Fact]
    public void SpeaksOfTheHour_WhenTheCardIsNeverUsedByNight()
    {
        var profile = Profile(Enumerable.Range(0, 50).Select(day => Transaction(Id(day), TimeSpan.FromDays(day))));
        Assert.Null(Spoken(ReasonCode.UnusualHour, profile, Transaction("now", TimeSpan.FromDays(60))));
        Assert.NotNull(Spoken(ReasonCode.UnusualHour, profile, Transaction("now", TimeSpan.FromDays(60) + TimeSpan.FromHours(14.5))));
    }

    [Fact]
    public void SpeaksOfTheMerchant_WhenFraudsAreConfirmedThere()
    {
        var facts = new FraudFacts { MerchantLogOdds = 2.5f, MerchantFrauds = 6, MerchantRisk = 0.3 };
        var reason = Spoken(ReasonCode.MerchantRisk, CardProfile.Empty, Transaction(), facts);
        Assert.StartsWith("6 frauds confirmed at the merchant", reason?.Detail);
    }

    [Fact]
    public void SpeaksOfTheCategory_WhenTheAmountIsOfFraudsThere() =>
        Assert.NotNull(Spoken(ReasonCode.CategoryRisk, CardProfile.Empty, Transaction(), new FraudFacts { AmountLogOdds = 3 }));

    [Fact]
    public void SpeaksOfThePlace_WhenItIsFarFromAllUsualOnes()
    {
        var profile = Profile(Enumerable.Range(0, 5).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), location: Delhi)));
        Assert.EndsWith(
            " km from the nearest place the card is usually used at",
            Spoken(ReasonCode.UnusualPlace, profile, Transaction("now", TimeSpan.FromDays(20), location: NewYork))?.Detail);
        Assert.Null(Spoken(ReasonCode.UnusualPlace, profile, Transaction("now", TimeSpan.FromDays(20), location: Delhi)));
    }

    [Fact]
    public void SpeaksOfARun_WhenRecentPurchasesWereSuspicious()
    {
        var profile = Profile(Enumerable.Range(0, 50).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 15 + (day % 10))));
        var facts = new FraudFacts { AmountLogOdds = 3, CategoryLogOdds = 1 };
        var now = TimeSpan.FromDays(60);
        Assert.Null(Spoken(ReasonCode.SuspiciousRun, profile, Transaction("small", now + TimeSpan.FromHours(3), 5)));
        foreach (int hour in new[] { 0, 1, 2 })
            profile = FraudRules.Decide(profile, Transaction($"big-{hour}", now + TimeSpan.FromHours(hour), 900), facts, FraudRuleset.Default).Profile;
        Assert.NotNull(Spoken(ReasonCode.SuspiciousRun, profile, Transaction("small", now + TimeSpan.FromHours(3), 5)));
        Assert.Null(Spoken(ReasonCode.SuspiciousRun, profile, Transaction("small", now + TimeSpan.FromHours(72), 5)));
    }
}
