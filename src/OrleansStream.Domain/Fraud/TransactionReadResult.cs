using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Fraud;

/// <summary>A transaction, or every reason why the record is none.</summary>
public readonly record struct TransactionReadResult
{
    private readonly ImmutableArray<FieldError> _errors;

    internal TransactionReadResult(Transaction transaction)
    {
        Transaction = transaction;
        Id = transaction.Id;
        CardId = transaction.CardId;
        _errors = [];
    }

    internal TransactionReadResult(ImmutableArray<FieldError> errors, string? id, string? cardId)
    {
        _errors = errors;
        Id = id;
        CardId = cardId;
    }

    [MemberNotNullWhen(true, nameof(Transaction), nameof(Id), nameof(CardId))]
    public bool IsValid => Transaction is not null;

    public Transaction? Transaction { get; }

    /// <summary>Empty exactly when the record is valid.</summary>
    public ImmutableArray<FieldError> Errors => _errors.IsDefault ? [] : _errors;

    /// <summary>The id, also of a refused record when it could be read and is valid itself.</summary>
    public string? Id { get; }

    /// <summary>The card, also of a refused record when it could be read and is valid itself; never a card number.</summary>
    public string? CardId { get; }
}
