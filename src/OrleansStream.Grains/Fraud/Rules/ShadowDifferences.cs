using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>The latest decisions on which shadow and active rules differ, and how many were compared, by the version of the shadow.</summary>
public sealed class ShadowDifferences : ReadModel
{
    private const int Kept = 1_000;
    private readonly LinkedList<ShadowDifference> _differences = [];
    private readonly Dictionary<int, ShadowCount> _counts = [];

    public override string Name => "shadow-differences";

    public override IReadOnlyList<string> Topics { get; } = [CardTopics.Decisions];

    /// <summary>How many decisions the shadow of this version made, and how many differed.</summary>
    public ShadowCount Count(int version)
    {
        lock (Gate) return _counts.GetValueOrDefault(version, new ShadowCount(0, 0));
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ShadowDifference> List(int version, int limit)
    {
        lock (Gate) return [.. _differences.Where(d => d.Version == version).Take(limit)];
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (record.Header(CardTopics.ShadowHeader) is not { } shadow) return;
        var decision = JsonElement.Parse(record.Value.Span);
        var other = decision.GetProperty("shadow")[0];
        int version = other.GetProperty("ruleset").GetProperty("version").GetInt32();
        string outcome = record.Header(CardTopics.OutcomeHeader)!;
        var count = _counts.GetValueOrDefault(version, new ShadowCount(0, 0));
        _counts[version] = new ShadowCount(count.Compared + 1, count.Differing + (outcome == shadow ? 0 : 1));
        if (outcome == shadow) return;
        _differences.AddFirst(new ShadowDifference(
            version, decision.GetProperty("transactionId").GetString()!, record.Key, record.Time, outcome, decision.GetProperty("score").GetInt32(), shadow,
            other.GetProperty("score").GetInt32()));
        while (_differences.Count > Kept) _differences.RemoveLast();
    }

    protected override void Reset()
    {
        _differences.Clear();
        _counts.Clear();
    }

    // Some hundred kilobytes at most.
    protected override IEnumerable<byte[]> Snapshot() =>
        [JsonSerializer.SerializeToUtf8Bytes(new ShadowSnapshot([.. _differences], new(_counts)), ShadowJson.Default.ShadowSnapshot)];

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var saved = JsonSerializer.Deserialize(piece, ShadowJson.Default.ShadowSnapshot)!;
        foreach (var difference in saved.Differences) _differences.AddLast(difference);
        foreach (var (version, count) in saved.Counts) _counts[version] = count;
    }
}

/// <summary>A transaction on which the shadow rules decided otherwise.</summary>
public sealed record ShadowDifference(
    int Version, string TransactionId, string CardId, DateTimeOffset Time, string Outcome, int Score, string ShadowOutcome, int ShadowScore);

/// <param name="Compared">Decisions the shadow made.</param>
/// <param name="Differing">Of these, otherwise than the active rules.</param>
public sealed record ShadowCount(long Compared, long Differing);

internal sealed record ShadowSnapshot(List<ShadowDifference> Differences, Dictionary<int, ShadowCount> Counts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShadowSnapshot))]
internal sealed partial class ShadowJson : JsonSerializerContext;
