using System.Text;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class FraudRulesetJsonTests
{
    [Fact]
    public void ReturnsTheSameDocument_WhenItIsReadAndWritten()
    {
        byte[] json = FraudRulesetJson.Write(FraudRuleset.Default);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(FraudRulesetJson.Write(Read(Encoding.UTF8.GetString(json)).Ruleset!)));
    }

    [Fact]
    public void HasTheDefaults_WhenTheDocumentIsEmpty() =>
        Assert.Equal(FraudRulesetJson.Write(FraudRuleset.Default), FraudRulesetJson.Write(Read("{}").Ruleset!));

    [Fact]
    public void ChangesOneThreshold_WhenOnlyThatIsGiven()
    {
        var ruleset = Read("""{"rules":{"VELOCITY_COUNT":{"limit":2,"unknown":1}},"thresholds":{"review":40}}""").Ruleset!;
        Assert.Equal((2, 600, 40, 90), (ruleset.Rules.VelocityCount.Limit, ruleset.Rules.VelocityCount.WindowSeconds, ruleset.Thresholds.Review, ruleset.Thresholds.Decline));
        Assert.Equal(900, ruleset.Rules.ImpossibleTravel.MaxSpeedKmh);
    }

    [Theory]
    [InlineData("""{"treshold":{"review":40}}""", "treshold")]
    [InlineData("""{"rules":{"VELOCITY_COUNT":{"limt":2}}}""", "rules.VELOCITY_COUNT.limt")]
    [InlineData("""{"rules":{"velocityCount":{"limit":2}}}""", "rules.velocityCount")]
    [InlineData("""{"custom":[{"code":"A","when":"true"},{"code":"B","when":"true","than":1}]}""", "custom[1].than")]
    [InlineData("""{"rules":{"NEW_DEVICE":{"reasonCode":"x"}}}""", "rules.NEW_DEVICE.reasonCode")]
    public void RefusesAMemberThatNobodyKnows_OnlyWhenItIsHandedIn(string json, string field)
    {
        Assert.NotNull(Read(json).Ruleset);
        var handedIn = FraudRulesetJson.ReadHandedIn(Encoding.UTF8.GetBytes(json));
        Assert.Null(handedIn.Ruleset);
        Assert.Equal(("unknown-member", field), (handedIn.Errors[0].Code, handedIn.Errors[0].Field));
    }

    [Fact]
    public void NamesTheRightCase_WhenOnlyThatIsWrong() => Assert.Equal(
        "thresholds.Review is no member of a rule set; review is.", FraudRulesetJson.ReadHandedIn("""{"thresholds":{"Review":40}}"""u8).Errors[0].Detail);

    [Fact]
    public void TakesWhatItShows_WhenItIsHandedInAgain() =>
        Assert.NotNull(FraudRulesetJson.ReadHandedIn(FraudRulesetJson.Write(FraudRuleset.Default with { Currencies = new Currencies { Base = "USD" } })).Ruleset);

    [Theory]
    [InlineData("{\"rules\":{\"NEW_DEVICE\":")]
    [InlineData("[]")]
    [InlineData("")]
    public void SaysThatItCannotBeRead_WhenNoDocumentIsHandedIn(string text) =>
        Assert.Equal("invalid-rule", FraudRulesetJson.ReadHandedIn(Encoding.UTF8.GetBytes(text)).Errors[0].Code);

    [Theory]
    [InlineData("""{"thresholds":{"review":101}}""", "thresholds.review")]
    [InlineData("""{"thresholds":{"review":80,"decline":70}}""", "thresholds.decline")]
    [InlineData("""{"rules":{"VELOCITY_COUNT":{"limit":40}}}""", "rules.VELOCITY_COUNT.limit")]
    [InlineData("""{"rules":{"VELOCITY_COUNT":{"windowSeconds":172801}}}""", "rules.VELOCITY_COUNT.windowSeconds")]
    [InlineData("""{"rules":{"NEW_DEVICE":{"channels":["post"]}}}""", "rules.NEW_DEVICE.channels")]
    [InlineData("""{"rules":{"NEW_DEVICE":{"weight":"heavy"}}}""", "rules.NEW_DEVICE.weight")]
    [InlineData("""{"rules":{"NEW_DEVICE":null}}""", "rules")]
    [InlineData("""{"rules":{"STRUCTURING":{"limits":[5,3]}}}""", "rules.STRUCTURING.limits")]
    [InlineData("""{"custom":[{"code":"lower","when":"true"}]}""", "custom[0].code")]
    [InlineData("""{"custom":[{"code":"A","when":"amount >"}]}""", "custom[0].when")]
    [InlineData("""{"custom":[{"code":"A","when":"true"},{"code":"A","when":"true"}]}""", "custom")]
    [InlineData("""{"custom":[null]}""", "custom")]
    [InlineData("""{"currencies":{"rates":{"USD":0}}}""", "currencies.rates")]
    [InlineData("""{"thresholds":null}""", "thresholds")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public void NamesTheMember_WhenTheDocumentIsNotValid(string json, string field)
    {
        var read = Read(json);
        Assert.Null(read.Ruleset);
        Assert.Equal(field, read.Errors[0].Field);
    }

    [Fact]
    public void SpeaksWithItsOwnCode_WhenACustomConditionHolds()
    {
        var ruleset = Read("""{"custom":[{"code":"GAMBLING_BY_NIGHT","when":"category == '7995' && hour >= 22","weight":3,"detail":"gambling by night"},{"code":"BLOCKED","when":"merchantId == 'm-9'","hard":true}]}""").Ruleset!;
        var late = Transaction(after: TimeSpan.FromHours(11)) with { Merchant = new Merchant { Id = "m-1", Category = "7995" } };
        var reason = FraudRules.Decide(CardProfile.Empty, late, FraudFacts.None, ruleset).Decision.Reasons.Single(r => r.Code == ReasonCode.Custom);
        Assert.Equal(("GAMBLING_BY_NIGHT", "gambling by night", 3.0), (reason.CodeText, reason.Detail, reason.LogOdds));
        var blocked = FraudRules.Decide(CardProfile.Empty, late with { Merchant = new Merchant { Id = "m-9" } }, FraudFacts.None, ruleset).Decision;
        Assert.Equal((Outcome.Decline, 100), (blocked.Outcome, blocked.Score));
    }

    [Theory]
    [InlineData("USD", 92, false)]
    [InlineData("usd", 92, false)]
    [InlineData(null, 100, false)]
    [InlineData("XXX", 100, true)]
    public void CountsInTheBaseCurrency_WhenAnAmountIsInAnother(string? currency, double amount, bool isUnknown)
    {
        var decision = FraudRules.Decide(CardProfile.Empty, Transaction(amount: 100) with { Currency = currency }, FraudFacts.None, FraudRuleset.Default);
        Assert.Equal(amount, decision.Decision.Inputs![Feature.Amount], 0.001);
        Assert.Equal(amount, decision.Profile.Amounts.Mean, 0.001);
        Assert.Equal(isUnknown, decision.Decision.Reasons.Any(r => r.Code == ReasonCode.UnknownCurrency));
    }

    [Fact]
    public void KeepsItsCatalogue_WhenRulesAreReplaced()
    {
        _ = FraudRuleset.Default.All;
        var other = FraudRuleset.Default with { Rules = new RuleCatalog { NewDevice = new NewDeviceRule { MinHistory = 77 } } };
        Assert.Equal(77, other.All.OfType<NewDeviceRule>().Single().MinHistory);
    }

    private static RulesetReadResult Read(string json) => FraudRulesetJson.Read(Encoding.UTF8.GetBytes(json));
}
