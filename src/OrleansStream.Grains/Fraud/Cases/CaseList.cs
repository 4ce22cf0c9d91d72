using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Cases;

/// <summary>
/// What analysts have to look at: a decision to review opens a case, a label of its transaction closes it, by whomever. Made of decisions and labels alone; the order in
/// which both are read makes no difference. Bounded: the oldest closed ones go first, then the oldest.
/// </summary>
public sealed class CaseList : ReadModel
{
    public const string ModelName = "cases";
    internal const int Kept = 50_000;
    private const int CasesPerPiece = 500;
    private readonly Dictionary<string, FraudCase> _cases = [];
    private readonly Dictionary<string, string> _byTransaction = [];
    private readonly SortedSet<CasePlace> _order = [];
    private readonly SortedSet<CasePlace> _closed = [];
    private readonly EarlyLabels _early = new(Kept);

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [CardTopics.Decisions, CardTopics.Transactions];

    public FraudCase? Find(string id)
    {
        lock (Gate) return _cases.GetValueOrDefault(id);
    }

    /// <summary>Newest first; after the case with the id.</summary>
    public IReadOnlyList<FraudCase> List(string? status, string? cardId, string? afterId, int limit)
    {
        lock (Gate)
        {
            var after = afterId is not null && _cases.TryGetValue(afterId, out var last) ? CasePlace.Of(last) : (CasePlace?)null;
            var places = after is { } place ? _order.GetViewBetween(_order.Min, place) : _order;
            return [.. places.Reverse().Where(p => p != after).Select(p => _cases[p.Id])
                .Where(c => (status is null || c.Status == status) && (cardId is null || c.CardId == cardId)).Take(limit)];
        }
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (partition.Topic == CardTopics.Decisions)
        {
            if (record.Header(CardTopics.OutcomeHeader) == "review") Open(JsonElement.Parse(record.Value.Span), record.ReceivedAt);
        }
        else if (record.Header(LogHeaders.Kind) == CardTopics.LabelKind && CardLabelJson.Read(record.Value.Span) is { } label)
        {
            Take(TransactionKey(label.CardId, label.TransactionId), CaseEntry.Of(label, record.ReceivedAt));
        }
    }

    protected override void Reset()
    {
        _cases.Clear();
        _byTransaction.Clear();
        _order.Clear();
        _closed.Clear();
        _early.Clear();
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        FraudCase[] cases = [.. _order.Select(p => _cases[p.Id])];
        KeyValuePair<string, List<CaseEntry>>[] early = [.. _early.All.Select(e => KeyValuePair.Create(e.Key, new List<CaseEntry>(e.Value)))];
        return cases.Chunk(CasesPerPiece).Select(some => new CaseSnapshot([.. some], []))
            .Concat(early.Chunk(CasesPerPiece).Select(some => new CaseSnapshot([], new(some))))
            .Select(piece => JsonSerializer.SerializeToUtf8Bytes(piece, CaseJson.Default.CaseSnapshot));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var saved = JsonSerializer.Deserialize(piece, CaseJson.Default.CaseSnapshot)!;
        foreach (var each in saved.Cases) Put(each);
        foreach (var (key, entries) in saved.Early) _early.Add(key, entries);
    }

    private static string TransactionKey(string cardId, string transactionId) => $"{cardId}\n{transactionId}";

    private void Open(JsonElement decision, DateTimeOffset at)
    {
        string id = decision.GetProperty("id").GetString()!;
        if (_cases.ContainsKey(id)) return;
        var opened = new FraudCase
        {
            Id = id,
            TransactionId = decision.GetProperty("transactionId").GetString()!,
            CardId = decision.GetProperty("cardId").GetString()!,
            Status = CaseStatus.Open,
            Score = decision.GetProperty("score").GetInt32(),
            Reasons = [.. decision.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)],
            Position = decision.GetProperty("position").GetString()!,
            Time = decision.GetProperty("time").GetDateTimeOffset(),
            OpenedAt = at,
            UpdatedAt = at,
            Trail = [new CaseEntry(at, CaseStatus.Open, "rules", null)],
        };
        foreach (var entry in _early.Take(TransactionKey(opened.CardId, opened.TransactionId))) opened = opened.With(entry);
        Put(opened);
        if (_cases.Count > Kept) Forget();
    }

    private void Take(string transaction, CaseEntry entry)
    {
        if (_byTransaction.TryGetValue(transaction, out string? id)) Put(_cases[id].With(entry));
        else _early.Add(transaction, entry);
    }

    private void Put(FraudCase each)
    {
        var place = CasePlace.Of(each);
        _cases[each.Id] = each;
        _byTransaction[TransactionKey(each.CardId, each.TransactionId)] = each.Id;
        _order.Add(place);
        if (each.Status == CaseStatus.Open) _closed.Remove(place);
        else _closed.Add(place);
    }

    private void Forget()
    {
        var place = _closed.Count > 0 ? _closed.Min : _order.Min;
        _order.Remove(place);
        _closed.Remove(place);
        _cases.Remove(place.Id, out var oldest);
        _byTransaction.Remove(TransactionKey(oldest!.CardId, oldest.TransactionId));
    }
}

/// <summary>Cases in the order of their opening.</summary>
internal readonly record struct CasePlace(DateTimeOffset OpenedAt, string Id) : IComparable<CasePlace>
{
    public static CasePlace Of(FraudCase each) => new(each.OpenedAt, each.Id);

    public int CompareTo(CasePlace other) => OpenedAt != other.OpenedAt ? OpenedAt.CompareTo(other.OpenedAt) : string.CompareOrdinal(Id, other.Id);
}

internal sealed record CaseSnapshot(List<FraudCase> Cases, Dictionary<string, List<CaseEntry>> Early);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaseSnapshot))]
internal sealed partial class CaseJson : JsonSerializerContext;
