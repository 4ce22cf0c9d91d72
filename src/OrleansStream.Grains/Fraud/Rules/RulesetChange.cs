using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>A change of the rule sets, as a record.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Id">Of this change: whoever made it looks for it.</param>
/// <param name="Base">The version it was made on; counts for <see cref="Activated"/>.</param>
/// <param name="Ruleset">The document.</param>
/// <param name="Note">What its author says.</param>
internal sealed record RulesetChange(string Kind, string Id, int Base, JsonElement? Ruleset, string? Note)
{
    public const string Activated = "activated";
    public const string Shadowed = "shadowed";
    public const string ShadowRemoved = "shadow-removed";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RulesetBookJson.Default.RulesetChange);

    public static RulesetChange? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, RulesetBookJson.Default.RulesetChange);

    /// <exception cref="InvalidDataException">The document is not valid for this release.</exception>
    public RulesetVersion Version(int version, DateTimeOffset since) => new(SavedRuleset.Read(Ruleset!.Value) with { Version = version }, since, Note);
}

/// <summary>A version as it is stored.</summary>
internal sealed record SavedRuleset(JsonElement Ruleset, int Version, DateTimeOffset? Since, string? Note)
{
    public static SavedRuleset Of(RulesetVersion version) =>
        new(JsonElement.Parse(FraudRulesetJson.Write(version.Ruleset)), version.Ruleset.Version, version.Since, version.Note);

    public RulesetVersion ToVersion() => new(Read(Ruleset) with { Version = Version }, Since, Note);

    /// <exception cref="InvalidDataException">The document is not valid for this release.</exception>
    public static FraudRuleset Read(JsonElement document)
    {
        var read = FraudRulesetJson.Read(JsonSerializer.SerializeToUtf8Bytes(document));
        return read.Ruleset ?? throw new InvalidDataException($"The rule set is not valid: {read.Errors[0].Detail}");
    }
}

internal sealed record RulesetBookSnapshot(List<SavedRuleset> Versions, SavedRuleset? Shadow, int ShadowCount);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RulesetChange))]
[JsonSerializable(typeof(RulesetBookSnapshot))]
internal sealed partial class RulesetBookJson : JsonSerializerContext;
