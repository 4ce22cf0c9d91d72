using CsCheck;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class FraudRulesTests
{
    [Fact]
    public void Approves_WhenNothingIsWrong()
    {
        var (profile, decision) = FraudRules.Decide(CardProfile.Empty, Transaction(), new FraudFacts { MerchantRisk = 0.01 }, FraudRuleset.Default);
        Assert.Equal((Outcome.Approve, 1), (decision.Outcome, decision.Score));
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
    public void Reviews_WhenTravelIsASoftRuleOfThatWeight()
    {
        var decision = Travel(With(rules => rules with { ImpossibleTravel = new ImpossibleTravelRule { Hard = false, Weight = 5.5 } }));
        Assert.Equal(Outcome.Review, decision.Outcome);
        Assert.Equal(35, decision.Reasons[0].Score);
    }

    [Fact]
    public void IsSilent_WhenARuleIsOffOrOutOfItsScope()
    {
        Assert.Empty(Travel(With(rules => rules with { ImpossibleTravel = new ImpossibleTravelRule { Enabled = false } })).Reasons);
        Assert.Empty(Travel(With(rules => rules with { ImpossibleTravel = new ImpossibleTravelRule { Channels = ["atm"] } })).Reasons);
        Assert.Empty(Travel(With(rules => rules with { ImpossibleTravel = new ImpossibleTravelRule { Categories = ["5411"] } })).Reasons);
    }

    [Fact]
    public void NamesTheRuleset_WhenItIsNotTheDefault()
    {
        var decision = Travel(FraudRuleset.Default with { Id = "strict", Version = 7 });
        Assert.Equal(("strict", 7), (decision.RulesetId, decision.RulesetVersion));
    }

    [Fact]
    public void ReviewsABurst_AndDeclinesItOnANewDevice()
    {
        var burst = Enumerable.Range(0, 60).Select(number => Transaction(Id(number), TimeSpan.FromDays(number), amount: 20, device: "mine"))
            .Concat(Enumerable.Range(60, 5).Select(number => Transaction(Id(number), TimeSpan.FromDays(60), amount: 20, device: "mine")));
        var profile = Profile(burst);
        Assert.Equal(Outcome.Approve, Judge(Profile(burst.Take(60)), Transaction("now", TimeSpan.FromDays(60), amount: 20, device: "mine")).Outcome);
        Assert.Equal(Outcome.Review, Judge(profile, Transaction("now", TimeSpan.FromDays(60), amount: 20, device: "mine")).Outcome);
        Assert.Equal(Outcome.Decline, Judge(profile, Transaction("now", TimeSpan.FromDays(60), amount: 20, device: "other")).Outcome);
    }

    [Fact]
    public void GivesTheSameToTheBit_WhenItIsJudgedAgainFromItsInputs() => Histories.Sample(transactions =>
    {
        foreach (var decision in Run(transactions).Decisions)
        {
            var again = FraudRules.Judge(decision.Inputs!, FraudRuleset.Default);
            Assert.Equal((decision.Outcome, decision.Score, decision.LogOdds), (again.Outcome, again.Score, again.LogOdds));
            Assert.Equal(decision.Reasons.AsEnumerable(), again.Reasons);
        }
    });

    [Fact]
    public void ApprovesTheHoldersNextPurchase_WhenAFraudElsewhereWasDeclined()
    {
        var (_, decisions) = Run(
            Transaction("home", location: Delhi),
            Transaction("fraud", TimeSpan.FromHours(1), location: NewYork),
            Transaction("next", TimeSpan.FromHours(2), location: Delhi),
            Transaction("again", TimeSpan.FromHours(3), location: NewYork));
        Assert.Equal([Outcome.Approve, Outcome.Decline, Outcome.Approve, Outcome.Decline], decisions.Select(decision => decision.Outcome));
    }

    [Fact]
    public void DecidesByTheShadow_BesideTheActiveRules()
    {
        var shadow = FraudRuleset.Default with { Id = "lenient", Version = 9, Rules = new RuleCatalog { ImpossibleTravel = new ImpossibleTravelRule { Enabled = false } } };
        var decision = FraudRules.Decide(
            Profile(Transaction(location: Delhi)), Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork), FraudFacts.None, FraudRuleset.Default, shadow).Decision;
        Assert.Equal((Outcome.Decline, Outcome.Approve), (decision.Outcome, decision.Shadow!.Outcome));
        Assert.Equal(("lenient", 9), (decision.Shadow.RulesetId, decision.Shadow.RulesetVersion));
    }

    [Fact]
    public void AppliesTheTransaction_WhenItIsDeclined()
    {
        var (profile, _) = Run(Transaction(location: Delhi), Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork));
        Assert.Equal((2, NewYork.Lat), (profile.TransactionCount, profile.LastLocation?.Lat));
    }

    [Theory]
    [InlineData(0, 50)]
    [InlineData(2.1972245773362196, 90)]
    [InlineData(-50, 0)]
    [InlineData(50, 100)]
    public void IsTheProbability_WhenItIsAScore(double logOdds, int expected) => Assert.Equal(expected, FraudRules.ScoreOf(logOdds));

    private static FraudRuleset With(Func<RuleCatalog, RuleCatalog> change) => FraudRuleset.Default with { Rules = change(FraudRuleset.Default.Rules) };

    private static readonly Gen<Transaction[]> Histories = Gen.Select(
        Gen.Int[0, 60], Gen.Int[0, 5_000], Gen.Bool, Gen.Int[0, 3],
        (number, minute, far, kind) => Transaction(Id(number), TimeSpan.FromMinutes(minute), number * number, far ? NewYork : Delhi, $"d-{kind}") with
        {
            Merchant = new Merchant { Id = $"m-{kind}", Category = $"c-{number % 4}" },
            Authorization = kind == 0 ? Authorization.Declined : Authorization.Approved,
        }).Array[0, 40].Select(all => all.DistinctBy(transaction => transaction.Id).ToArray());

    private static Decision Travel(FraudRuleset ruleset) => FraudRules.Decide(
        Profile(Transaction(location: Delhi)),
        Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork),
        FraudFacts.None,
        ruleset).Decision;

    private static (Outcome Outcome, int Score) Judge(CardProfile profile, Transaction transaction)
    {
        var decision = Decide(profile, transaction).Decision;
        return (decision.Outcome, decision.Score);
    }
}
