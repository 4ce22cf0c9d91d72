using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Rules;
using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>The rule sets of cards: the one in force, its earlier versions, and the shadow. Changes are records of the topic <c>fraud-rules</c>.</summary>
public sealed class RulesetBook() : RuleBook<RulesetVersion>(RulesetVersion.BuiltIn, kept: 500)
{
    public const string ModelName = "fraud-rules";
    public const string Topic = "fraud-rules";

    private const int VersionsPerPiece = 50;
    private volatile RulesetsInForce _current = new(FraudRuleset.Default, null);
    private RulesetVersion? _shadow;
    private int _shadowCount;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [Topic];

    /// <summary>What decides now, and what decides beside it.</summary>
    public RulesetsInForce Current => _current;

    /// <summary>The shadow with its time; null when there is none.</summary>
    public RulesetVersion? Shadow
    {
        get { lock (Gate) return _shadow; }
    }

    protected override int CurrentVersion => _current.Active.Version;

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (RulesetChange.FromJson(record.Value.Span) is not { } change) return;
        switch (change.Kind)
        {
            case RulesetChange.Activated when change.Base == _current.Active.Version:
                Activate(change.Version(_current.Active.Version + 1, record.ReceivedAt));
                break;
            case RulesetChange.Shadowed:
                _shadow = change.Version(++_shadowCount, record.ReceivedAt);
                _current = _current with { Shadow = _shadow.Ruleset };
                break;
            case RulesetChange.ShadowRemoved:
                _shadow = null;
                _current = _current with { Shadow = null };
                break;
        }
    }

    protected override void Reset()
    {
        base.Reset();
        (_shadow, _shadowCount) = (null, 0);
        _current = new RulesetsInForce(FraudRuleset.Default, null);
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        var (versions, shadow, count) = (Written, _shadow, _shadowCount);
        // The shadow comes with each piece: the last one counts, and there is always one.
        return versions.Chunk(VersionsPerPiece).DefaultIfEmpty([]).Select(some => JsonSerializer.SerializeToUtf8Bytes(
            new RulesetBookSnapshot([.. some.Select(SavedRuleset.Of)], shadow is null ? null : SavedRuleset.Of(shadow), count), RulesetBookJson.Default.RulesetBookSnapshot));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var saved = JsonSerializer.Deserialize(piece, RulesetBookJson.Default.RulesetBookSnapshot)!;
        foreach (var version in saved.Versions) Activate(version.ToVersion());
        (_shadow, _shadowCount) = (saved.Shadow?.ToVersion(), saved.ShadowCount);
        _current = _current with { Shadow = _shadow?.Ruleset };
    }

    private void Activate(RulesetVersion version)
    {
        Keep(version.Ruleset.Version, version);
        _current = _current with { Active = version.Ruleset };
    }
}

/// <param name="Active">What decides.</param>
/// <param name="Shadow">What decides beside it; null for nothing.</param>
public sealed record RulesetsInForce(FraudRuleset Active, FraudRuleset? Shadow);

/// <summary>A rule set and when it came into force.</summary>
/// <param name="Ruleset">With its version.</param>
/// <param name="Since">Null for the built-in one.</param>
/// <param name="Note">What its author said.</param>
public sealed record RulesetVersion(FraudRuleset Ruleset, DateTimeOffset? Since, string? Note)
{
    public static RulesetVersion BuiltIn { get; } = new(FraudRuleset.Default, null, "built in");
}
