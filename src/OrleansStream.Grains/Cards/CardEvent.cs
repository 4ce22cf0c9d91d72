using OrleansStream.Domain.Fraud;

namespace OrleansStream.Grains.Cards;

/// <summary>A record of a card's topic: a transaction, or what one was.</summary>
public readonly record struct CardEvent(Transaction? Transaction, CardLabel? Label);
