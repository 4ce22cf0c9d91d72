using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>
/// Rules as documents: <c>{"rules":[…]}</c>. Members nobody knows are ignored in what is stored, because a later release may have written it, and refused in what
/// somebody hands in.
/// </summary>
public static class AlertRulesJson
{
    /// <summary>Bytes of a document; it travels as one record of the log.</summary>
    public const int MaxBytes = 48 << 10;

    // By reflection: generated readers give members that are missing no default.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), MaxDepth = 16,
    };

    public static byte[] Write(AlertRuleSet rules) => JsonSerializer.SerializeToUtf8Bytes(rules, Options);

    /// <summary>Reads a document as somebody hands it in: a member that nobody knows is an error, too.</summary>
    public static AlertRulesRead ReadHandedIn(ReadOnlySpan<byte> utf8Json)
    {
        var read = Read(utf8Json);
        if (read.Rules is null && read.Errors[0].Field.Length == 0) return read;
        try
        {
            var unknown = UnknownMembers.In(JsonElement.Parse(utf8Json), Options.GetTypeInfo(typeof(AlertRuleSet)));
            return unknown.IsEmpty ? read : new AlertRulesRead(null, [.. unknown, .. read.Errors]);
        }
        catch (JsonException)
        {
            return read;
        }
    }

    /// <summary>Reads and checks a stored document. Never throws for what it reads.</summary>
    public static AlertRulesRead Read(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.Length > MaxBytes) return Refused("rules-too-large", "", $"A set of alert rules has at most {MaxBytes:N0} bytes.");
        if (!JsonTexts.AreWhole(utf8Json)) return Refused(FieldErrorCodes.InvalidUtf8, "", "A text of the rules is not valid UTF-8, or half of a surrogate pair.");
        try
        {
            if (JsonSerializer.Deserialize<AlertRuleSet>(utf8Json, Options) is not { } set) return Refused(FieldErrorCodes.NotAnObject, "", "The rules are a JSON object {\"rules\":[…]}.");
            if (set.Rules.IsDefault) return Refused("invalid-rule", "rules", "rules must not be null.");
            var errors = AlertRuleCheck.Of(set);
            return new AlertRulesRead(errors.IsEmpty ? set : null, errors);
        }
        catch (JsonException e)
        {
            string field = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
            return Refused("invalid-rule", field, $"{(field.Length > 0 ? field : "The document")} cannot be read: it lacks a member, has another type, or is not valid JSON.");
        }
    }

    private static AlertRulesRead Refused(string code, string field, string detail) => new(null, [new FieldError(code, field, detail)]);
}

/// <param name="Rules">Null when anything is wrong.</param>
/// <param name="Errors">All that is wrong.</param>
public readonly record struct AlertRulesRead(AlertRuleSet? Rules, ImmutableArray<FieldError> Errors);
