using System.Globalization;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

/// <summary>Transactions and profiles the tests start from.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly Location Delhi = new(28.61, 77.21);
    public static readonly Location NewYork = new(40.71, -74.01);

    public static Transaction Transaction(
        string id = "tx-1",
        TimeSpan after = default,
        decimal amount = 10,
        Location? location = null,
        string? device = null,
        Channel? channel = Channel.Pos) => new()
        {
            Id = id,
            CardId = "card-42",
            Amount = amount,
            Time = Noon + after,
            Location = location,
            DeviceId = device,
            Channel = channel,
        };

    public static CardProfile Profile(params IEnumerable<Transaction> transactions) =>
        transactions.Aggregate(CardProfile.Empty, (profile, transaction) => profile.Apply(transaction));

    public static FraudOutcome Decide(CardProfile profile, Transaction transaction) =>
        FraudRules.Decide(profile, transaction, FraudFacts.None, FraudRuleset.Default);

    /// <summary>What the rule with this reason says by the default rules; null when it is silent.</summary>
    public static Reason? Spoken(ReasonCode code, CardProfile profile, Transaction transaction, FraudFacts? facts = null) =>
        FraudRules.Decide(profile, transaction, facts ?? FraudFacts.None, FraudRuleset.Default).Decision.Reasons.FirstOrDefault(reason => reason.Code == code);

    /// <summary>Decides about the transactions in the order given, as a card's grain does.</summary>
    public static (CardProfile Profile, List<Decision> Decisions) Run(params IEnumerable<Transaction> transactions)
    {
        var profile = CardProfile.Empty;
        var decisions = new List<Decision>();
        foreach (var transaction in transactions)
        {
            var outcome = Decide(profile, transaction);
            profile = outcome.Profile;
            decisions.Add(outcome.Decision);
        }

        return (profile, decisions);
    }

    public static string Id(int number) => "tx-" + number.ToString(CultureInfo.InvariantCulture);
}
