using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Model;

/// <summary>
/// What a key's records, in the order of the log and each applied once, must have made of it: the rules of <see cref="ChainProcessor"/> written a second time,
/// without engine.
/// </summary>
public sealed class KeyModel
{
    private readonly Dictionary<string, DateTimeOffset> _timers = [];

    public ChainState State { get; private set; } = ChainState.Empty;

    /// <summary>Records that must stand in the output topic, by id, in this order.</summary>
    public List<(string Id, string Text)> Outputs { get; } = [];

    /// <summary>The records that must stand in the dead letters, by id.</summary>
    public List<(string Id, LogRecord Poison)> DeadLetters { get; } = [];

    /// <summary>Records that must stand in the input topic because of this key's: id and key.</summary>
    public List<(string Id, string Key)> Emissions { get; } = [];

    /// <summary>Timers that are set: their records have yet to come.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Timers => _timers;

    public void Apply(TopicPartition partition, LogRecord record)
    {
        var position = new Position(partition.Topic, partition.Partition, record.Offset);
        if (record.Header(LogHeaders.Kind) == LogHeaders.TimerDue)
        {
            ApplyTimer(position, record);
            return;
        }
        string text = Encoding.UTF8.GetString(record.Value.Span);
        if (text == ProcessorFaults.Poison)
        {
            DeadLetters.Add(($"{position}/0", record));
            return;
        }
        PutOut(position, record.Id);
        string[] words = text.Split(' ');
        if (words[0] == "timer") _timers[words[1]] = record.Time.AddMilliseconds(int.Parse(words[2], CultureInfo.InvariantCulture));
        if (words[0] == "cancel") _timers.Remove(words[1]);
        if (words[0] == "emit") Emissions.Add(($"{position}/1", words[1]));
    }

    private void ApplyTimer(Position position, LogRecord record)
    {
        using var json = JsonDocument.Parse(record.Value);
        string name = json.RootElement.GetProperty("name").GetString()!;
        var due = json.RootElement.GetProperty("dueAt").GetDateTimeOffset();
        if (!_timers.TryGetValue(name, out var set) || set != due) return;
        _timers.Remove(name);
        PutOut(position, name);
    }

    private void PutOut(Position position, string id)
    {
        State = State.Then(id);
        Outputs.Add(($"{position}/0", $"{id}#{State.Count}"));
    }
}
