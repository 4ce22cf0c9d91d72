using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansStream.Domain.Fraud.Rules;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Rule sets as documents. What a document leaves out has its default. Members nobody knows are ignored in what is stored, because a later release may have
/// written it, and refused in what somebody hands in: a threshold with a typing error would change nothing and say nothing.
/// </summary>
public static class FraudRulesetJson
{
    /// <summary>Bytes of a document; it travels as one record of the log.</summary>
    public const int MaxBytes = 48 << 10;

    // By reflection: generated readers give members that are missing no default.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), MaxDepth = 16,
    };

    public static byte[] Write(FraudRuleset ruleset) => JsonSerializer.SerializeToUtf8Bytes(ruleset, Options);

    /// <summary>Reads a document as somebody hands it in: a member that nobody knows is an error, too.</summary>
    public static RulesetReadResult ReadHandedIn(ReadOnlySpan<byte> utf8Json)
    {
        var read = Read(utf8Json);
        // What cannot be read at all has that to be told first.
        if (read.Ruleset is null && read.Errors[0].Field.Length == 0)
            return read;
        try
        {
            var unknown = UnknownMembers.In(JsonElement.Parse(utf8Json), Options.GetTypeInfo(typeof(FraudRuleset)));
            return unknown.IsEmpty ? read : new RulesetReadResult(null, [.. unknown, .. read.Errors]);
        }
        catch (JsonException)
        {
            return read;
        }
    }

    /// <summary>Reads and checks a stored document. Never throws for what it reads.</summary>
    public static RulesetReadResult Read(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.Length > MaxBytes)
            return new RulesetReadResult(null, [new FieldError("ruleset-too-large", "", $"A rule set has at most {MaxBytes:N0} bytes.")]);
        if (!JsonTexts.AreWhole(utf8Json))
            return new RulesetReadResult(null, [new FieldError(FieldErrorCodes.InvalidUtf8, "", "A text of the rule set is not valid UTF-8, or half of a surrogate pair.")]);
        try
        {
            if (JsonSerializer.Deserialize<FraudRuleset>(utf8Json, Options) is not { } ruleset)
                return new RulesetReadResult(null, [new FieldError(FieldErrorCodes.NotAnObject, "", "A rule set is a JSON object.")]);
            if (Missing(ruleset) is { } missing)
                return new RulesetReadResult(null, [new FieldError("invalid-rule", missing, $"{missing} must not be null.")]);
            ruleset = ruleset with { Custom = ruleset.Custom.IsDefault ? [] : ruleset.Custom };
            var errors = RulesetCheck.Of(ruleset);
            return new RulesetReadResult(errors.IsEmpty ? ruleset : null, errors);
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
            return new RulesetReadResult(null, [new FieldError("invalid-rule", field, $"{(field.Length > 0 ? field : "The rule set")} cannot be read: it has another type, or is not valid JSON.")]);
        }
    }

    private static string? Missing(FraudRuleset ruleset)
    {
        if (ruleset.Id is null) return "id";
        if (ruleset.Thresholds is null) return "thresholds";
        if (ruleset.Prior is null) return "prior";
        if (ruleset.Currencies is not { Base: not null, Rates: not null }) return "currencies";
        if (ruleset.Rules is null) return "rules";
        foreach (var rule in ruleset.Rules.All)
        {
            if (rule is null) return "rules";
        }

        foreach (var rule in ruleset.Custom.IsDefault ? [] : ruleset.Custom)
        {
            if (rule is not { Code: not null, When: not null }) return "custom";
        }

        return null;
    }
}

/// <summary>A rule set, or everything that is wrong with the document.</summary>
public readonly record struct RulesetReadResult(FraudRuleset? Ruleset, ImmutableArray<FieldError> Errors);
