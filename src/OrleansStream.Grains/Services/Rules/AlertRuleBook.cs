using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services.Rules;

/// <summary>
/// The alert rules of the cluster: those in force and their earlier versions. Changes are records of the topic <c>alert-rules</c>, of one partition, so that every process
/// sees the same order; a change that was made on another version than the one in force then is passed over by all.
/// </summary>
public sealed class AlertRuleBook : ReadModel
{
    public const string ModelName = "alert-rules";
    public const string Topic = "alert-rules";

    /// <summary>Versions kept, the newest; the built-in one is always there.</summary>
    private const int Kept = 200;
    private const int VersionsPerPiece = 20;
    private static readonly AlertRulesVersion BuiltIn = new(AlertRuleSet.Default, null, "built in");
    private readonly SortedDictionary<int, AlertRulesVersion> _versions = new() { [1] = BuiltIn };
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AlertEvaluator _current = AlertEvaluator.Default;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [Topic];

    /// <summary>The rules in force, ready to be evaluated.</summary>
    public AlertEvaluator Current => _current;

    /// <summary>Whether the rules of before the start have been read.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    public Task WhenReadyAsync() => _ready.Task;

    internal void SetReady() => _ready.TrySetResult();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<AlertRulesVersion> Versions
    {
        get { lock (Gate) return [.. _versions.Values.Reverse()]; }
    }

    /// <summary>Null when it is not kept any more.</summary>
    public AlertRulesVersion? Find(int version)
    {
        lock (Gate) return _versions.GetValueOrDefault(version);
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (AlertRulesChange.FromJson(record.Value.Span) is not { Kind: AlertRulesChange.Activated } change || change.Base != _current.Set.Version) return;
        Activate(new AlertRulesVersion(SavedAlertRules.Read(change.Rules!.Value) with { Version = _current.Set.Version + 1 }, record.ReceivedAt, change.Note));
    }

    protected override void Reset()
    {
        _versions.Clear();
        _versions[1] = BuiltIn;
        _current = AlertEvaluator.Default;
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        var versions = _versions.Values.Skip(1).ToArray();
        return versions.Chunk(VersionsPerPiece).Select(some =>
            JsonSerializer.SerializeToUtf8Bytes(new AlertRulesSnapshot([.. some.Select(SavedAlertRules.Of)]), AlertRuleBookJson.Default.AlertRulesSnapshot));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var saved in JsonSerializer.Deserialize(piece, AlertRuleBookJson.Default.AlertRulesSnapshot)!.Versions) Activate(saved.ToVersion());
    }

    private void Activate(AlertRulesVersion version)
    {
        _versions[version.Rules.Version] = version;
        // The first is the built-in one.
        while (_versions.Count > Kept) _versions.Remove(_versions.Keys.Skip(1).First());
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
