namespace OrleansStream.Domain.Json;

/// <summary>What any record can be refused for, as it stands in HTTP answers. What only one kind of record can be refused for stands with its reader.</summary>
public static class FieldErrorCodes
{
    public const string MalformedJson = "malformed-json";
    public const string InvalidUtf8 = "invalid-utf8";
    public const string DepthExceeded = "depth-exceeded";
    public const string NotAnObject = "not-an-object";
    public const string MissingField = "missing-field";
    public const string InvalidType = "invalid-type";
    public const string InvalidId = "invalid-id";
    public const string InvalidTime = "invalid-time";
    public const string TimeInFuture = "time-in-future";
    public const string FieldTooLong = "field-too-long";
}
