using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Fraud;

/// <summary>What only a transaction can be refused for, beside <see cref="FieldErrorCodes"/>; as it stands in HTTP answers.</summary>
public static class TransactionErrorCodes
{
    public const string InvalidCardId = "invalid-card-id";
    public const string PanNotAllowed = "pan-not-allowed";
    public const string AmountNegative = "amount-negative";
    public const string AmountOutOfRange = "amount-out-of-range";
    public const string InvalidChannel = "invalid-channel";
    public const string InvalidAuthorization = "invalid-authorization";
    public const string InvalidLocation = "invalid-location";
}
