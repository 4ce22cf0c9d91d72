using Orleans.Concurrency;

namespace OrleansStream.Grains.Cards;

/// <summary>
/// What can be asked of a card; key = card id. Answers show only what is durable. With a minimal offset (-1 for none) they wait
/// until the card has applied it, at most the given time.
/// </summary>
[Alias("OrleansStream.ICardGrain")]
public interface ICardGrain : IGrainWithStringKey
{
    /// <summary>The profile; null when the card was never seen.</summary>
    [AlwaysInterleave]
    [Alias("GetProfile")]
    ValueTask<CardProfileView?> GetProfile();

    /// <summary>False when the card has not applied the offset within the time.</summary>
    [AlwaysInterleave]
    [Alias("WaitUntilApplied")]
    ValueTask<bool> WaitUntilApplied(long offset, TimeSpan wait);

    /// <summary>Decisions of transactions before the offset, newest first; -1 for the newest.</summary>
    [AlwaysInterleave]
    [Alias("ListDecisions")]
    ValueTask<DecisionPage> ListDecisions(long beforeOffset, int limit);

    /// <summary>The decision of a transaction by the transaction's id; null when there is none.</summary>
    [AlwaysInterleave]
    [Alias("FindDecision")]
    ValueTask<DecisionView?> FindDecision(string transactionId);

    /// <summary>What became of the transaction at the offset, waiting until it is durable.</summary>
    [AlwaysInterleave]
    [Alias("WaitForDecision")]
    ValueTask<TransactionVerdict> WaitForDecision(long offset, TimeSpan wait);
}

/// <summary>The outcome of waiting for one transaction: a decision, a dead letter, or neither because time ran out.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.TransactionVerdict")]
public sealed record TransactionVerdict([property: Id(0)] DecisionView? Decision, [property: Id(1)] string? DeadLetter);

/// <summary>One page of decisions.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextBefore">The offset to go on from; -1 at the end.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.DecisionPage")]
public sealed record DecisionPage([property: Id(0)] IReadOnlyList<DecisionView> Items, [property: Id(1)] long NextBefore);
