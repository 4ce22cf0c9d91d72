using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

/// <summary>What the issuer declined, or what was confirmed as fraud, is no habit of the holder.</summary>
public sealed class WithheldTests
{
    private static readonly Merchant Shop = new() { Id = "m-1", Category = "5411" };

    [Fact]
    public void LeavesTheHabitsAlone_WhenTheIssuerDeclined()
    {
        var before = Run(Everyday()).Profile;
        var (after, decision) = Decide(before, Transaction("fraud", TimeSpan.FromDays(19.05), 4_000, NewYork) with { Merchant = new Merchant { Id = "x", Category = "5944" }, Authorization = Authorization.Declined });
        Assert.True(decision.Withheld);
        Assert.Equal((before.Habit, before.Categories, before.Hours, before.Places), (after.Habit, after.Categories, after.Hours, after.Places));
        Assert.Equal(before.Spent, after.Spent, 1e-6);
        // It is evidence all the same.
        Assert.Equal(before.TransactionCount + 1, after.TransactionCount);
        Assert.Equal(before.Velocity.Entries.Length + 1, after.Velocity.Entries.Length);
    }

    [Fact]
    public void ApprovesTheHoldersNextPurchaseAtHome_WhenAttemptsElsewhereWereDeclined()
    {
        var profile = Run(Everyday()).Profile;
        for (var i = 0; i < 3; i++)
            profile = Decide(profile, Transaction($"fraud-{i}", TimeSpan.FromDays(19) + TimeSpan.FromMinutes(10 + i), 20, NewYork) with { Merchant = Shop }).Profile;
        Assert.Equal(Outcome.Approve, Decide(profile, Transaction("next", TimeSpan.FromDays(19.1), 21, Delhi) with { Merchant = Shop }).Decision.Outcome);
    }

    [Fact]
    public void GivesTheSameHabits_WhenTheOrderDecidesWhatIsDeclined()
    {
        Transaction[] pair = [Transaction("there", TimeSpan.FromDays(20), 30, NewYork) with { Merchant = Shop }, Transaction("here", TimeSpan.FromDays(20) + TimeSpan.FromMinutes(10), 30, Delhi) with { Merchant = Shop }];
        var (one, other) = (Run([.. Everyday(), .. pair]).Profile, Run([.. Everyday(), .. pair.Reverse()]).Profile);
        Assert.NotEqual(one.Distrusted, other.Distrusted);
        Assert.Equal((one.Habit, one.Hours, one.WithheldCents), (other.Habit, other.Hours, other.WithheldCents));
        Assert.Equal((one.Categories, one.Places), (other.Categories, other.Places));
    }

    [Fact]
    public void TakesAFraudOutOfTheHabits_AndPutsItBack_WhenItIsLabelled()
    {
        var before = Run(Everyday()).Profile;
        var fraud = Transaction("odd", TimeSpan.FromDays(20), 35) with { Merchant = Shop };
        var (after, decision) = Decide(before, fraud);
        Assert.Equal((Outcome.Approve, false), (decision.Outcome, decision.Withheld));
        var labelled = after.Label(LabelOf(fraud, decision, true));
        Assert.Equal((before.Habit, before.Hours), (labelled.Habit, labelled.Hours));
        Assert.Equal(before.Categories.Of("5411"), labelled.Categories.Of("5411"));
        Assert.Equal(before.Spent, labelled.Spent, 0.01);
        Assert.Same(labelled, labelled.Label(LabelOf(fraud, decision, true)));
        var back = labelled.Label(LabelOf(fraud, decision, false));
        Assert.Equal((after.Habit, after.Hours, after.WithheldCents), (back.Habit, back.Hours, back.WithheldCents));
    }

    [Fact]
    public void TakesNothingOutTwice_WhenWhatTheIssuerDeclinedIsLabelled()
    {
        var fraud = Transaction("fraud", TimeSpan.FromDays(19.05), 4_000, NewYork) with { Merchant = Shop, Authorization = Authorization.Declined };
        var (after, decision) = Decide(Run(Everyday()).Profile, fraud);
        var labelled = after.Label(LabelOf(fraud, decision, true));
        Assert.Equal((after.Habit, after.Hours, after.WithheldCents, 1), (labelled.Habit, labelled.Hours, labelled.WithheldCents, labelled.ConfirmedFrauds));
    }

    private static IEnumerable<Transaction> Everyday() =>
        Enumerable.Range(0, 20).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 20 + (day % 5), Delhi) with { Merchant = Shop });

    private static CardLabel LabelOf(Transaction transaction, Decision decision, bool fraud) => new()
    {
        TransactionId = transaction.Id, CardId = transaction.CardId, Fraud = fraud, Time = transaction.Time.AddDays(7), PurchaseTime = transaction.Time,
        Amount = decision.Inputs![Feature.Amount], Category = transaction.Merchant?.Category, Withheld = decision.Withheld,
    };
}
