using System.Collections.Immutable;
using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class FraudRulesTests
{
    [Fact]
    public void Approves_WhenNothingIsWrong()
    {
        var (profile, decision) = FraudRules.Decide(CardProfile.Empty, Transaction(), new FraudFacts { MerchantRisk = 0.01 }, FraudRuleset.Default);
        Assert.Equal((Outcome.Approve, 0), (decision.Outcome, decision.Score));
        Assert.Empty(decision.Reasons);
        Assert.Equal(("tx-1", "card-42", Noon), (decision.TransactionId, decision.CardId, decision.Time));
        Assert.Equal(("default", 1), (decision.RulesetId, decision.RulesetVersion));
        Assert.Equal(1, profile.TransactionCount);
    }

    [Fact]
    public void Declines_WhenCardIsInDelhiThenInNewYork()
    {
        var (_, decisions) = Run(
            Transaction(location: Delhi),
            Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork));
        Assert.Equal([Outcome.Approve, Outcome.Decline], decisions.Select(decision => decision.Outcome));
        Assert.Equal(100, decisions[1].Score);
        Assert.Equal(ReasonCode.ImpossibleTravel, Assert.Single(decisions[1].Reasons).Code);
    }

    [Fact]
    public void DeclinesAtDeclineScore_WhenAHardRulesOwnScoreIsLow()
    {
        var ruleset = FraudRuleset.Default with { ImpossibleTravel = new ImpossibleTravelThresholds { Score = 10 } };
        var decision = Travel(ruleset);
        Assert.Equal((Outcome.Decline, 85, 10), (decision.Outcome, decision.Score, decision.Reasons[0].Score));
    }

    [Fact]
    public void Reviews_WhenTravelIsASoftRule()
    {
        var ruleset = FraudRuleset.Default with { ImpossibleTravel = new ImpossibleTravelThresholds { Score = 70, Hard = false } };
        Assert.Equal((Outcome.Review, 70), (Travel(ruleset).Outcome, Travel(ruleset).Score));
    }

    [Fact]
    public void NamesTheRuleset_WhenItIsNotTheDefault()
    {
        var decision = Travel(FraudRuleset.Default with { Id = "strict", Version = 7 });
        Assert.Equal(("strict", 7), (decision.RulesetId, decision.RulesetVersion));
    }

    [Fact]
    public void ReviewsThenDeclines_WhenSoftRulesAddUp()
    {
        var burst = Enumerable.Range(0, 5).Select(number => Transaction(Id(number), amount: 299, device: "mine"));
        var profile = Profile(burst);
        Assert.Equal((Outcome.Review, 60), Judge(profile, Transaction("now", amount: 1, device: "mine")));
        Assert.Equal((Outcome.Review, 80), Judge(profile, Transaction("now", amount: 50, device: "mine")));
        Assert.Equal((Outcome.Decline, 85), Judge(profile, Transaction("now", amount: 50, device: "other")));
    }

    [Fact]
    public void AppliesTheTransaction_WhenItIsDeclined()
    {
        var (profile, _) = Run(Transaction(location: Delhi), Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork));
        Assert.Equal((2, NewYork.Lat), (profile.TransactionCount, profile.LastLocation?.Lat));
    }

    [Theory]
    [InlineData(new int[0], 0)]
    [InlineData(new[] { 25 }, 25)]
    [InlineData(new[] { 60, 50 }, 80)]
    [InlineData(new[] { 60, 50, 25 }, 85)]
    [InlineData(new[] { 100, 25 }, 100)]
    [InlineData(new[] { 250, -3 }, 100)]
    public void CombinesAsNoisyOr_WhenSeveralRulesSpeak(int[] scores, int expected)
    {
        var reasons = scores.Select(score => new Reason(ReasonCode.AmountAnomaly, score, "", 0, 0)).ToImmutableArray();
        Assert.Equal(expected, FraudRules.Combine(reasons));
    }

    private static Decision Travel(FraudRuleset ruleset) => FraudRules.Decide(
        Profile(Transaction(location: Delhi)),
        Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork),
        FraudFacts.None,
        ruleset).Decision;

    private static (Outcome, int) Judge(CardProfile profile, Transaction transaction)
    {
        var decision = Decide(profile, transaction).Decision;
        return (decision.Outcome, decision.Score);
    }
}
