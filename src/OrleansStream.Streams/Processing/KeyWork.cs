using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// One batch on its way through a key: the row so far, and what goes out with it. All of a record or nothing of it: what fails anywhere between its bytes and
/// its last output makes a dead letter, and the rest of the batch applies.
/// </summary>
internal sealed class KeyWork<TEvent, TState, TOutput, TFacts>(
    KeyEngine<TEvent, TState, TOutput, TFacts> engine, string key, KeyRow<TState> row, TopicPartition partition, long published, Exception? unreadable) : IKeyWork<TState>
    where TState : class
    where TOutput : class
{
    private const int PoisonAttempts = 3;
    // The row's outputs and those that this batch adds; null while it adds none. Nearly every batch is one record with one output: what that does not need is not made.
    private OutputEntry[]? _recent;
    private int _recentCount;
    private List<HistoryChunk>? _chunks;
    private List<TimerWrite>? _timers;
    private HistoryChunk? _eraser;
    private int _applied;
    private string? _trace;

    public KeyRow<TState> Row { get; private set; } = row;

    /// <summary>What leaves when the row is durable.</summary>
    public List<(string Topic, LogRecord Record)> Outputs { get; } = [];

    public IReadOnlyList<HistoryChunk> Chunks => _chunks ?? (IReadOnlyList<HistoryChunk>)[];

    public IReadOnlyList<TimerWrite> Timers => _timers ?? (IReadOnlyList<TimerWrite>)[];

    public bool Changed => _applied > 0 || Outputs.Count > 0;

    public void Apply(LogRecord record, DecodedEvent<TEvent, TFacts>? decoded)
    {
        if (record.Offset <= Row.AppliedOffset) return;
        _applied++;
        using var span = StreamTracing.Start("process", partition, record);
        _trace = StreamTracing.HeaderOf(record, span);
        try
        {
            if (unreadable is not null) throw new StateUnreadableException($"{unreadable.GetType().Name}: {unreadable.Message}", unreadable);
            decoded ??= engine.Decode(record);
            if (decoded.Failure is { } failure) throw failure;
            if (decoded.IsErasure) Erase(record);
            else if (decoded.Timer is { } timer) ApplyTimer(record, decoded, timer);
            else Take(record, ApplyOrFail(record, decoded), decoded.Facts, Row.Timers);
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            Bury(record, e);
            if (decoded?.Timer is { } timer) Forget(timer);
        }
    }

    /// <summary>Buries the record instead of applying it.</summary>
    public void Refuse(LogRecord record, DecodedEvent<TEvent, TFacts>? decoded, Exception cause)
    {
        if (record.Offset <= Row.AppliedOffset) return;
        _applied++;
        _trace = StreamTracing.HeaderOf(record, null);
        Bury(record, cause);
        if ((decoded ?? engine.Decode(record)).Timer is { } timer) Forget(timer);
    }

    /// <summary>The record is done with, elsewhere.</summary>
    public void Pass(LogRecord record)
    {
        _applied++;
        Row = At(record);
    }

    /// <summary>Nothing more comes: the row is as it will be stored.</summary>
    public void Seal()
    {
        SealHistory();
        // Last, so that what it takes with it is there.
        if (_eraser is not null) (_chunks ??= []).Add(_eraser);
    }

    private void SealHistory()
    {
        if (_recent is null) return;
        Array.Resize(ref _recent, _recentCount);
        var all = ImmutableCollectionsMarshal.AsImmutableArray(_recent);
        bool isKept = engine.Processor.HistoryRetention != TimeSpan.Zero;
        if (all.Length <= engine.History.Most(isKept))
        {
            Row = Row with { Recent = all };
            return;
        }
        _chunks ??= [];
        Row = Row with { Recent = engine.History.Spill(all, _chunks, published, isKept) };
        if (_chunks.Count == 0 || engine.Processor.HistoryRetention is not { } kept) return;
        var (marks, before) = HistoryMarks.After(Row.Marks ?? [], all.First(e => e.Offset == _chunks[0].FirstOffset), kept, published);
        Row = Row with { Marks = marks };
        _chunks[^1] = _chunks[^1] with { DropsBefore = before };
    }

    /// <summary>Tells the metrics, of so many records that came.</summary>
    public void Count(int records)
    {
        var topic = StreamMetrics.Topic(partition.Topic);
        StreamMetrics.Applied.Add(_applied, topic);
        if (_applied < records) StreamMetrics.Redelivered.Add(records - _applied, topic);
    }

    /// <summary>A timer that was moved or cancelled after its record was on its way is nobody's.</summary>
    private void ApplyTimer(LogRecord record, DecodedEvent<TEvent, TFacts> decoded, TimerDue timer)
    {
        var set = new KeyTimer(timer.Name, timer.DueAt);
        if (!Row.Timers.Contains(set))
        {
            Row = At(record);
            return;
        }
        Take(record, ApplyOrFail(record, decoded), decoded.Facts, Row.Timers.Remove(set));
        if (!Row.Timers.Any(t => t.Name == timer.Name)) Set(timer.Name, null);
    }

    private Applied<TState, TOutput> ApplyOrFail(LogRecord record, DecodedEvent<TEvent, TFacts> decoded)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return decoded.Timer is { } timer
                    ? engine.Processor.Apply(Row.State, timer, decoded.Facts)
                    : engine.Processor.Apply(Row.State, decoded.Event!, decoded.Facts);
            }
            catch (Exception e) when (attempt < PoisonAttempts)
            {
                // Pure rules fail the same way each time; only an accident of this process does not.
                engine.Logger.LogDebug(e, "Applying {Offset} of {Partition} failed (attempt {Attempt}).", record.Offset, partition, attempt);
            }
        }
    }

    private void Take(LogRecord record, Applied<TState, TOutput> applied, TFacts facts, ImmutableArray<KeyTimer> timers)
    {
        int outputs = applied.Outputs.Length, entriesBefore = _recent is null ? Row.Recent.Length : _recentCount, outputsBefore = Outputs.Count, timersBefore = _timers?.Count ?? 0;
        try
        {
            PutOut(record, applied, facts);
            foreach (var change in applied.Timers)
            {
                timers = timers.RemoveAll(t => t.Name == change.Name);
                if (change.DueAt is { } due) timers = timers.Add(new KeyTimer(change.Name, due));
                Set(change.Name, change.DueAt);
            }
            if (timers.Length > KeyRowLimits.Timers)
                throw new InvalidOperationException($"A key has at most {KeyRowLimits.Timers} timers; this record would make {timers.Length}.");
        }
        catch
        {
            _recentCount = entriesBefore;
            Outputs.RemoveRange(outputsBefore, Outputs.Count - outputsBefore);
            _timers?.RemoveRange(timersBefore, _timers.Count - timersBefore);
            throw;
        }
        Row = Row with
        {
            AppliedOffset = record.Offset,
            Partition = partition.Partition,
            State = applied.State,
            Timers = timers,
            OutputCount = Row.OutputCount + outputs,
            IsErased = false,
        };
    }

    private void PutOut(LogRecord record, Applied<TState, TOutput> applied, TFacts facts)
    {
        int outputs = applied.Outputs.Length, all = outputs + applied.Emissions.Length;
        var position = new Position(partition.Topic, partition.Partition, record.Offset);
        if (all > 0) MakeRoom(all);
        for (int i = 0; i < all; i++)
        {
            if (i < outputs)
            {
                var entry = engine.Entry(record, i, applied.Outputs[i], facts);
                Put(entry, Bounded(engine.ToLog(key, entry, position, engine.ToContent(key, entry, position, applied.Outputs[i], facts), _trace)));
                continue;
            }
            var emission = applied.Emissions[i - outputs];
            // Found out only when it leaves, it would be retried for ever, and hold back everything of this silo.
            if (!engine.HasTopic(emission.Topic)) throw new InvalidOperationException($"There is no topic '{emission.Topic}' to emit to.");
            var emitted = engine.Entry(record, i, "", emission.Topic, emission.Value.ToArray(), emission.Key);
            Put(emitted, Bounded(engine.ToLog(key, emitted, partition, _trace)));
        }
    }

    /// <summary>
    /// State, outputs, history and timers go in one write. What this batch put out before leaves all the same; what a process that ends right now has not published of the key
    /// stays unpublished.
    /// </summary>
    private void Erase(LogRecord record)
    {
        foreach (var timer in Row.Timers) Set(timer.Name, null);
        _recentCount = 0;
        _eraser = engine.History.Eraser(record.Offset);
        Row = At(record) with { State = engine.Processor.InitialState, Recent = [], Timers = [], OutputCount = 0, Marks = null, IsErased = true };
    }

    private void Bury(LogRecord record, Exception cause)
    {
        StreamMetrics.DeadLetters.Add(1, StreamMetrics.Topic(partition.Topic));
        var letter = DeadLetter.Of(record, partition, cause, PoisonAttempts);
        engine.Logger.LogError(cause, "Record {Offset} of {Partition} cannot be applied and goes to the dead letters ({Code}).", record.Offset, partition, letter.Code);
        var entry = engine.Entry(record, 0, record.Id, DeadLetter.TopicName, letter.ToJson());
        MakeRoom(1);
        Put(entry, engine.ToLog(key, entry, partition, _trace));
        Row = At(record) with { OutputCount = Row.OutputCount + 1 };
    }

    /// <summary>A timer whose record was poison came due all the same: left in the index, it would be appended again after each start.</summary>
    private void Forget(TimerDue timer)
    {
        var set = new KeyTimer(timer.Name, timer.DueAt);
        if (!Row.Timers.Contains(set)) return;
        Row = Row with { Timers = Row.Timers.Remove(set) };
        Set(timer.Name, null);
    }

    private static (string Topic, LogRecord Record) Bounded((string Topic, LogRecord Record) output) => output.Record.Size <= LogLimits.RecordBytes
        ? output
        : throw new InvalidOperationException($"What it puts out to '{output.Topic}' has {output.Record.Size} bytes; a log takes {LogLimits.RecordBytes}.");

    private void Set(string timer, DateTimeOffset? due) => (_timers ??= []).Add(new TimerWrite(partition, timer, due));

    private void MakeRoom(int entries)
    {
        if (Outputs.Count == 0) Outputs.Capacity = Math.Max(Outputs.Capacity, entries);
        if (_recent is null)
        {
            _recentCount = Row.Recent.Length;
            _recent = new OutputEntry[_recentCount + entries];
            Row.Recent.CopyTo(_recent);
        }
        else if (_recentCount + entries > _recent.Length)
        {
            Array.Resize(ref _recent, Math.Max(_recentCount + entries, 2 * _recent.Length));
        }
    }

    private void Put(OutputEntry entry, (string Topic, LogRecord Record) output)
    {
        _recent![_recentCount++] = entry;
        Outputs.Add(output);
    }

    private KeyRow<TState> At(LogRecord record) => Row with { AppliedOffset = record.Offset, Partition = partition.Partition };
}

/// <summary>What a batch changed, as the slot takes it.</summary>
internal interface IKeyWork<TState>
{
    KeyRow<TState> Row { get; }
    List<(string Topic, LogRecord Record)> Outputs { get; }
    IReadOnlyList<HistoryChunk> Chunks { get; }
    IReadOnlyList<TimerWrite> Timers { get; }
}
