namespace OrleansStream.Domain.Fraud;

/// <summary>The codes <see cref="TransactionReader"/> refuses a record with, as they stand in HTTP answers.</summary>
public static class TransactionErrorCodes
{
    public const string MalformedJson = "malformed-json";
    public const string InvalidUtf8 = "invalid-utf8";
    public const string DepthExceeded = "depth-exceeded";
    public const string NotAnObject = "not-an-object";
    public const string MissingField = "missing-field";
    public const string InvalidType = "invalid-type";
    public const string InvalidId = "invalid-id";
    public const string InvalidCardId = "invalid-card-id";
    public const string PanNotAllowed = "pan-not-allowed";
    public const string AmountNegative = "amount-negative";
    public const string AmountOutOfRange = "amount-out-of-range";
    public const string InvalidTime = "invalid-time";
    public const string TimeInFuture = "time-in-future";
    public const string InvalidChannel = "invalid-channel";
    public const string InvalidAuthorization = "invalid-authorization";
    public const string InvalidLocation = "invalid-location";
    public const string FieldTooLong = "field-too-long";
}
