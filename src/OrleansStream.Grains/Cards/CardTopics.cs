namespace OrleansStream.Grains.Cards;

/// <summary>The topics of the fraud use.</summary>
public static class CardTopics
{
    /// <summary>Card transactions, key = card. Everything that changes a card is a record here.</summary>
    public const string Transactions = "transactions";

    /// <summary>Decisions, key = card.</summary>
    public const string Decisions = "decisions";

    /// <summary>Header of a decision record: <c>approve</c>, <c>review</c> or <c>decline</c>.</summary>
    public const string OutcomeHeader = "outcome";

    /// <summary>Header of a decision record: what the shadow rule set would have said; there when there was one.</summary>
    public const string ShadowHeader = "shadow-outcome";

    /// <summary>The kind of record that says what a transaction was (<see cref="Domain.Fraud.CardLabel"/>).</summary>
    public const string LabelKind = "label";

    /// <summary>The de-duplication source of labels.</summary>
    public const string LabelSource = "label";

    /// <summary>One key: the type of its grain, which also names its rows.</summary>
    public const string Card = "card";
}
