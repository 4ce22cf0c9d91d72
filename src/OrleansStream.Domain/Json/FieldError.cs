namespace OrleansStream.Domain.Json;

/// <summary>Why a field is refused. The detail states the rule and never repeats the value: it could be a card number.</summary>
/// <param name="Code">Machine-readable, one of <see cref="FieldErrorCodes"/> or of those of the kind of record.</param>
/// <param name="Field">Path as <c>location.lat</c>; empty when the record as a whole is refused.</param>
/// <param name="Detail">One sentence for people.</param>
public readonly record struct FieldError(string Code, string Field, string Detail);
