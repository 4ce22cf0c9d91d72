using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>All dead letters with what became of them, without their bytes. Bounded per partition: the oldest are forgotten first.</summary>
public sealed class DeadLetterList(IOptions<DeadLetterOptions> options) : ReadModel
{
    public const string ModelName = "dead-letters";
    private const int LettersPerPiece = 500;
    private readonly Dictionary<Position, DeadLetterEntry> _letters = [];
    private readonly SortedSet<DeadLetterCursor> _order = new(DeadLetterCursor.ByAge);
    private readonly Dictionary<DeadLetterCursor, Position> _ids = [];
    private readonly Dictionary<int, Queue<Position>> _partitions = [];
    private readonly HashSet<string> _texts = [];

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [DeadLetter.TopicName];

    /// <summary>Null when it is not known, or not any more.</summary>
    public DeadLetterEntry? Find(Position id)
    {
        lock (Gate) return _letters.GetValueOrDefault(id);
    }

    /// <summary>Newest first, those after the cursor.</summary>
    public IReadOnlyList<DeadLetterEntry> List(DeadLetterFilter filter, DeadLetterCursor? after, int limit)
    {
        lock (Gate)
        {
            var places = after is { } last ? _order.GetViewBetween(default, last) : _order;
            return [.. places.Reverse().Where(p => p != after).Select(p => _letters[_ids[p]]).Where(filter.Matches).Take(limit)];
        }
    }

    /// <summary>As they were stored, so that letters of a key come in order.</summary>
    public IReadOnlyList<DeadLetterEntry> InOrder(DeadLetterFilter filter)
    {
        lock (Gate) return [.. _letters.Values.Where(filter.Matches).OrderBy(l => l.Stored.Partition).ThenBy(l => l.Stored.Offset)];
    }

    protected internal override void Apply(TopicPartition partition, LogRecord record)
    {
        switch (record.Header(LogHeaders.Kind))
        {
            case null:
                Add(DeadLetterRecord.ReadLetter(record, partition));
                break;
            case LogHeaders.DeadLetterRedriven:
                Change(record, DeadLetterStatus.Redriven);
                break;
            case LogHeaders.DeadLetterDeleted:
                Change(record, DeadLetterStatus.Deleted);
                break;
                // Another kind is a later release's: it means nothing here.
        }
    }

    protected internal override void Reset()
    {
        _letters.Clear();
        _order.Clear();
        _ids.Clear();
        _partitions.Clear();
        _texts.Clear();
    }

    protected internal override IEnumerable<byte[]> Snapshot()
    {
        DeadLetterEntry[] letters = [.. _partitions.Values.SelectMany(p => p).Select(id => _letters[id])];
        return letters.Chunk(LettersPerPiece).Select(some => JsonSerializer.SerializeToUtf8Bytes([.. some], DeadLetterListJson.Default.ListDeadLetterEntry));
    }

    protected internal override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var letter in JsonSerializer.Deserialize(piece, DeadLetterListJson.Default.ListDeadLetterEntry)!) Add(letter);
    }

    /// <summary>A letter that is there already was published once more: what became of it stays.</summary>
    private void Add(DeadLetterEntry letter)
    {
        string text = letter.Exception.Length > options.Value.ExceptionLength ? letter.Exception[..options.Value.ExceptionLength] + "…" : letter.Exception;
        if (!_letters.TryAdd(letter.Id, letter with { Code = Shared(letter.Code), Exception = Shared(text) })) return;
        _order.Add(DeadLetterCursor.Of(letter));
        _ids.Add(DeadLetterCursor.Of(letter), letter.Id);
        if (!_partitions.TryGetValue(letter.Stored.Partition, out var partition)) _partitions.Add(letter.Stored.Partition, partition = new());
        partition.Enqueue(letter.Id);
        while (partition.Count > options.Value.ListedPerPartition) Forget(partition.Dequeue());
    }

    private void Forget(Position id)
    {
        if (!_letters.Remove(id, out var letter)) return;
        _order.Remove(DeadLetterCursor.Of(letter));
        _ids.Remove(DeadLetterCursor.Of(letter));
    }

    /// <summary>The first redrive counts; nothing comes after a deletion.</summary>
    private void Change(LogRecord record, string status)
    {
        var change = DeadLetterRecord.ReadChange(record);
        if (!Position.TryParse(change.Id, out var id)) throw new InvalidDataException($"'{change.Id}' is no dead letter's id.");
        if (!_letters.TryGetValue(id, out var letter) || letter.Status == DeadLetterStatus.Deleted || letter.Status == status) return;
        _letters[id] = letter with { Status = status, RedrivenAs = Position.TryParse(change.Position, out var position) ? position : letter.RedrivenAs };
    }

    /// <summary>Thousands of letters have few texts.</summary>
    private string Shared(string text)
    {
        const int kept = 10_000;
        if (_texts.TryGetValue(text, out string? known)) return known;
        if (_texts.Count < kept) _texts.Add(text);
        return text;
    }
}
