using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Testing;

/// <summary>
/// A processor without a cluster. Records go the engine's own way through their keys: judged as at the edge, serialized, read, applied, their outputs and emissions made records, states stored and read
/// again after each, dead letters for what fails. What is not here is what the engine does around it: partitions, delivery, checkpoints.
/// </summary>
/// <inheritdoc cref="StreamProcessor{TEvent, TState, TOutput, TFacts}"/>
/// <remarks>
/// Time stands still until <see cref="PassTime"/>. An id counts once per key and source, as in the log. Not for several threads.
/// </remarks>
public sealed class ProcessorHarness<TEvent, TState, TOutput, TFacts> : IHarness
    where TState : class
    where TOutput : class
{
    private readonly StreamProcessor<TEvent, TState, TOutput, TFacts> _processor;
    private readonly Func<TEvent?, TFacts> _facts;
    private readonly HarnessTime _time;
    private readonly HashSet<string> _topics;
    private readonly ServiceProvider _services;
    private readonly KeyEngine<TEvent, TState, TOutput, TFacts> _engine;
    private readonly Serializer<TOutput> _outputs;
    private readonly Dictionary<string, KeyRow<TState>> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string, string)> _seen = [];
    private readonly List<IHarness> _followers = [];
    private long _offset;

    /// <param name="processor">What is tested.</param>
    /// <param name="facts">What the grain would resolve for an event; for a timer it gets null. Not needed for processors without facts.</param>
    /// <param name="emitsTo">Topics that emissions may go to, beside those of <see cref="Feed"/>.</param>
    /// <param name="now">What the clock says; 22 November 2026, 12:00 UTC when it is not given.</param>
    public ProcessorHarness(
        StreamProcessor<TEvent, TState, TOutput, TFacts> processor, Func<TEvent?, TFacts>? facts = null, IEnumerable<string>? emitsTo = null, DateTimeOffset? now = null)
    {
        ArgumentNullException.ThrowIfNull(processor);
        _processor = processor;
        _facts = facts ?? (_ => default!);
        _time = new HarnessTime(now ?? new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        _topics = [processor.Names.Topic, processor.Names.OutputTopic, DeadLetter.TopicName, .. emitsTo ?? []];
        _services = new ServiceCollection().AddSerializer()
            .AddSingleton<IEventLog>(new HarnessLog(_topics))
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(Options.Create(new GrainCollectionOptions()))
            .BuildServiceProvider();
        var store = new HarnessStore();
        _engine = new(processor, new OutputHistory(store, _services.GetRequiredService<Serializer<OutputEntry[]>>()), null!, store, null!, _services);
        _outputs = _services.GetRequiredService<Serializer<TOutput>>();
    }

    /// <summary>What the clock says.</summary>
    public DateTimeOffset Now => _time.Now;

    /// <summary>All that was put out, in order.</summary>
    public List<HarnessOutput<TOutput>> Outputs { get; } = [];

    /// <summary>All that was emitted to other topics, in order.</summary>
    public List<Emission> Emissions { get; } = [];

    /// <summary>Records that could not be applied.</summary>
    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>Keys that have applied something.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    string IHarness.Topic => _processor.Names.Topic;

    /// <summary>What this one emits to the other's topic, the other applies.</summary>
    public ProcessorHarness<TEvent, TState, TOutput, TFacts> Feed(IHarness other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_rows.Count > 0) throw new InvalidOperationException("Say before the first record what is fed.");
        _followers.Add(other);
        _topics.Add(other.Topic);
        return this;
    }

    /// <summary>Hands in an event as a client would.</summary>
    /// <param name="json">One JSON value.</param>
    /// <param name="key">Its key, if it does not say.</param>
    /// <param name="id">Its id, if it does not say.</param>
    /// <returns>What is wrong with it; empty when it was taken.</returns>
    public ImmutableArray<EventError> Send(string json, string? key = null, string? id = null)
    {
        byte[] value = Encoding.UTF8.GetBytes(json);
        var read = _processor.Judge(value, new ReadingDefaults(id ?? "", Now, key, Now.AddMinutes(5), ReceivedAt: Now));
        if (!read.IsValid) return read.Errors;
        if (!_processor.CanBeKey(read.Key)) return [new EventError("invalid-key", $"'{read.Key}' is no key.")];
        string known = read.Id.Length > 0 ? read.Id : $"event-{_offset}";
        Append(new LogRecord { Key = read.Key, Source = $"/v1/{_processor.Names.Topic}", Id = known, Time = read.Time, ReceivedAt = Now, Value = value });
        return [];
    }

    /// <summary>Hands in an event as an object, written as JSON with web defaults.</summary>
    public ImmutableArray<EventError> Send(object value) => Send(JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

    /// <summary>Appends a record of the processor's own kind, as its services do (<see cref="LogHeaders.Kind"/>).</summary>
    public void Append(string kind, string key, ReadOnlyMemory<byte> value, string? id = null) => Append(new LogRecord
    {
        Key = key, Source = kind, Id = id ?? $"{kind}-{_offset}", Time = Now, ReceivedAt = Now, Headers = [new(LogHeaders.Kind, kind)], Value = value,
    });

    /// <summary>Moves the clock; timers that come due meanwhile are applied, the earliest first, each at its time.</summary>
    public void PassTime(TimeSpan time)
    {
        var end = Now + time;
        while (_rows.SelectMany(row => row.Value.Timers.Select(timer => (row.Key, Timer: timer))).Where(t => t.Timer.DueAt <= end).OrderBy(t => t.Timer.DueAt).ThenBy(t => t.Key, StringComparer.Ordinal).ToList() is [var due, ..])
        {
            if (due.Timer.DueAt > Now) _time.Now = due.Timer.DueAt;
            Append(TimerRecord.Of(due.Key, new TimerDue(due.Timer.Name, due.Timer.DueAt), Now));
        }
        _time.Now = end;
    }

    /// <summary>The state; null when the key has applied nothing.</summary>
    public TState? State(string key) => _rows.GetValueOrDefault(key)?.State;

    /// <summary>The state as queries show it.</summary>
    public JsonElement Shown(string key)
    {
        var row = _rows[key];
        return JsonElement.Parse(_processor.ToJson(row.State, new StateOrigin(key, PositionOf(row.AppliedOffset), row.OutputCount)));
    }

    /// <summary>Timers that are set for a key.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Timers(string key) =>
        _rows.TryGetValue(key, out var row) ? row.Timers.ToDictionary(t => t.Name, t => t.DueAt) : new Dictionary<string, DateTimeOffset>();

    public void Dispose() => _services.Dispose();

    void IHarness.Take(string key, string source, string id, ReadOnlyMemory<byte> value, DateTimeOffset now)
    {
        if (now > Now) _time.Now = now;
        Append(new LogRecord { Key = key, Source = source, Id = id, Time = now, ReceivedAt = now, Value = value });
    }

    private void Append(LogRecord record)
    {
        // Timers come again under their own identity when they are set again for the same moment: the engine's do, too.
        if (!_seen.Add((record.Key, record.Source, record.Id))) return;
        record = record.At(_offset++);
        var decoded = _engine.Decode(record);
        if (decoded.Failure is null) decoded.Facts = _facts(decoded.Timer is null ? decoded.Event : default);
        var work = _engine.Begin(record.Key, Row(record.Key), new TopicPartition(_processor.Names.Topic, 0), _offset, null);
        work.Apply(record, decoded);
        work.Seal();
        // Stored and read, as after a silo went: what has no [Id] is gone.
        _rows[record.Key] = _engine.RowSerializer.Deserialize(_engine.RowSerializer.SerializeToArray(work.Row))!;
        foreach (var entry in work.Row.Recent.Where(e => e.Offset == record.Offset)) Note(record.Key, entry);
    }

    private void Note(string key, OutputEntry entry)
    {
        if (entry.Topic is null)
        {
            var content = _engine.ToContent(key, entry, PositionOf(entry.Offset));
            Outputs.Add(new HarnessOutput<TOutput>(key, entry.Id, _outputs.Deserialize(entry.Payload)!, JsonElement.Parse(content.Value), content.Headers));
        }
        else if (entry.Topic == DeadLetter.TopicName) DeadLetters.Add(DeadLetter.FromJson(entry.Payload));
        else
        {
            Emissions.Add(new Emission(entry.Topic, entry.Key!, entry.Payload));
            foreach (var follower in _followers.Where(f => f.Topic == entry.Topic))
                follower.Take(entry.Key!, _processor.Names.Topic, $"{PositionOf(entry.Offset)}/{entry.Index}", entry.Payload, Now);
        }
    }

    private KeyRow<TState> Row(string key) => _rows.TryGetValue(key, out var row) ? row : _engine.ToRow(null);

    private Position PositionOf(long offset) => new(_processor.Names.Topic, 0, offset);
}

/// <summary>What one harness needs of another that it feeds.</summary>
public interface IHarness : IDisposable
{
    /// <summary>The topic of its processor.</summary>
    string Topic { get; }

    /// <summary>Applies a record that another key emitted.</summary>
    void Take(string key, string source, string id, ReadOnlyMemory<byte> value, DateTimeOffset now);
}

/// <param name="Key">Whose.</param>
/// <param name="Id">What callers ask for it by.</param>
/// <param name="Value">As stored and read again.</param>
/// <param name="Json">As its topic and queries have it.</param>
/// <param name="Headers">Of its record.</param>
public sealed record HarnessOutput<TOutput>(string Key, string Id, TOutput Value, JsonElement Json, KeyValuePair<string, string>[] Headers);
