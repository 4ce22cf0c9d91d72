using System.Collections.Immutable;

namespace OrleansStream.Domain.Json;

/// <summary>The errors of one record. Empty, and no allocation, for a good one.</summary>
internal struct FieldErrors
{
    private List<FieldError>? _errors;

    public readonly bool IsEmpty => _errors is null or { Count: 0 };

    public void Add(string code, string field, string detail) => (_errors ??= []).Add(new FieldError(code, field, detail));

    /// <summary>A property came again, and the last one wins: what was wrong with the earlier one no longer counts.</summary>
    public readonly void Forget(string field)
    {
        for (int i = _errors?.Count - 1 ?? -1; i >= 0; i--)
            if (IsWithin(_errors![i].Field, field)) _errors.RemoveAt(i);
    }

    /// <summary>A required field is absent, unless something else was wrong with it.</summary>
    public void AddMissing(string field)
    {
        if (_errors is null || !_errors.Exists(error => error.Field == field))
            Add(FieldErrorCodes.MissingField, field, $"{field} is required.");
    }

    public readonly bool HasWithin(string field) => _errors is not null && _errors.Exists(error => IsWithin(error.Field, field));

    public readonly ImmutableArray<FieldError> ToImmutable() => _errors is null ? [] : [.. _errors];

    private static bool IsWithin(string path, string field) =>
        path.StartsWith(field, StringComparison.Ordinal) && (path.Length == field.Length || path[field.Length] == '.');
}
