using OrleansStream.Domain.Fraud;

namespace OrleansStream.Grains.Fraud.Cases;

/// <summary>A decision that somebody should look at, and what became of it.</summary>
public sealed record FraudCase
{
    /// <summary>The decision's id.</summary>
    public required string Id { get; init; }
    public required string TransactionId { get; init; }
    public required string CardId { get; init; }

    /// <summary>One of <see cref="CaseStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>0–100.</summary>
    public required int Score { get; init; }

    /// <summary>Codes of the decision's reasons.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Where the transaction stands in the log.</summary>
    public required string Position { get; init; }

    /// <summary>When the transaction happened.</summary>
    public required DateTimeOffset Time { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The latest note.</summary>
    public string? Note { get; init; }

    /// <summary>Everything that was done, oldest first; at most 100 entries.</summary>
    public required IReadOnlyList<CaseEntry> Trail { get; init; }

    public FraudCase With(CaseEntry entry) => this with
    {
        Status = entry.Status,
        UpdatedAt = entry.At,
        Note = entry.Note ?? Note,
        Trail = Trail.Count < 100 ? [.. Trail, entry] : [.. Trail.Take(1), .. Trail.Skip(2), entry],
    };
}

/// <summary>One step of a case.</summary>
/// <param name="At">When.</param>
/// <param name="Status">What it was from then on.</param>
/// <param name="By">Who said so: <c>rules</c>, <c>analyst</c>, or the source of a label.</param>
/// <param name="Note">What they said.</param>
public sealed record CaseEntry(DateTimeOffset At, string Status, string By, string? Note)
{
    public static CaseEntry Of(CardLabel label, DateTimeOffset at) =>
        new(at, label.CaseStatus ?? (label.Fraud ? CaseStatus.Confirmed : CaseStatus.Dismissed), label.Source ?? "unknown", label.Note);
}

/// <summary>Where a case stands.</summary>
public static class CaseStatus
{
    public const string Open = "open";
    public const string Confirmed = "confirmed";
    public const string Dismissed = "dismissed";
}
