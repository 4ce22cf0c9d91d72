using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Grains.Rules;
using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Services.Rules;

/// <summary>The alert rules: those in force, ready to be evaluated, and their earlier versions. Changes are records of the topic <c>alert-rules</c>.</summary>
public sealed class AlertRuleBook() : RuleBook<AlertRulesVersion>(new AlertRulesVersion(AlertRuleSet.Default, null, "built in"), kept: 200)
{
    public const string ModelName = "alert-rules";
    public const string Topic = "alert-rules";

    private const int VersionsPerPiece = 20;
    private volatile AlertEvaluator _current = AlertEvaluator.Default;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [Topic];

    /// <summary>The rules in force, ready to be evaluated.</summary>
    public AlertEvaluator Current => _current;

    protected override int CurrentVersion => _current.Set.Version;

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (AlertRulesChange.FromJson(record.Value.Span) is not { Kind: AlertRulesChange.Activated } change || change.Base != _current.Set.Version) return;
        Activate(new AlertRulesVersion(SavedAlertRules.Read(change.Rules!.Value) with { Version = _current.Set.Version + 1 }, record.ReceivedAt, change.Note));
    }

    protected override void Reset()
    {
        base.Reset();
        _current = AlertEvaluator.Default;
    }

    protected override IEnumerable<byte[]> Snapshot() => Written.Chunk(VersionsPerPiece).Select(some =>
        JsonSerializer.SerializeToUtf8Bytes(new AlertRulesSnapshot([.. some.Select(SavedAlertRules.Of)]), AlertRuleBookJson.Default.AlertRulesSnapshot));

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var saved in JsonSerializer.Deserialize(piece, AlertRuleBookJson.Default.AlertRulesSnapshot)!.Versions) Activate(saved.ToVersion());
    }

    private void Activate(AlertRulesVersion version)
    {
        Keep(version.Rules.Version, version);
        _current = new AlertEvaluator(version.Rules);
    }
}

/// <summary>Rules and when they came into force.</summary>
/// <param name="Rules">With their version.</param>
/// <param name="Since">Null for the built-in ones.</param>
/// <param name="Note">What their author said.</param>
public sealed record AlertRulesVersion(AlertRuleSet Rules, DateTimeOffset? Since, string? Note);

/// <summary>A change of the rules, as a record.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Id">Of this change.</param>
/// <param name="Base">The version it was made on.</param>
/// <param name="Rules">The document.</param>
/// <param name="Note">What its author says.</param>
internal sealed record AlertRulesChange(string Kind, string Id, int Base, JsonElement? Rules, string? Note)
{
    public const string Activated = "activated";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AlertRuleBookJson.Default.AlertRulesChange);

    public static AlertRulesChange? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, AlertRuleBookJson.Default.AlertRulesChange);
}

/// <summary>A version as it is stored.</summary>
internal sealed record SavedAlertRules(JsonElement Rules, int Version, DateTimeOffset? Since, string? Note)
{
    public static SavedAlertRules Of(AlertRulesVersion version) => new(JsonElement.Parse(AlertRulesJson.Write(version.Rules)), version.Rules.Version, version.Since, version.Note);

    public AlertRulesVersion ToVersion() => new(Read(Rules) with { Version = Version }, Since, Note);

    /// <exception cref="InvalidDataException">The document is not valid for this release.</exception>
    public static AlertRuleSet Read(JsonElement document)
    {
        var read = AlertRulesJson.Read(JsonSerializer.SerializeToUtf8Bytes(document));
        return read.Rules ?? throw new InvalidDataException($"The alert rules are not valid: {read.Errors[0].Detail}");
    }
}

internal sealed record AlertRulesSnapshot(List<SavedAlertRules> Versions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertRulesChange))]
[JsonSerializable(typeof(AlertRulesSnapshot))]
internal sealed partial class AlertRuleBookJson : JsonSerializerContext;
