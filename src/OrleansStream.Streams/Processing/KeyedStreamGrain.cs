using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// The grain of one key: skips what it has applied, applies the rest with pure rules, stages state and outputs together, answers
/// with the epoch. Shows nothing that is not durable. A processor derives from it and says three things: the state of a key that
/// was never seen, what a record does to it, and how an output looks in the log.
/// </summary>
/// <typeparam name="TState">The key's state: immutable, with an Orleans serializer.</typeparam>
/// <typeparam name="TOutput">What the rules put out: immutable, with an Orleans serializer.</typeparam>
public abstract class KeyedStreamGrain<TState, TOutput> : Grain, IKeyedStreamGrain
    where TState : class
    where TOutput : class
{
    private const int PoisonAttempts = 3;
    private readonly IGrainContext _context;
    private readonly ICheckpointer _checkpointer;
    private readonly ICheckpointStore _store;
    private readonly OutputHistory _history;
    private readonly Serializer<KeyRow<TState>> _rowSerializer;
    private readonly Serializer<TOutput> _outputSerializer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Processor _processor;
    private KeySlot<TState> _slot = null!;
    private ActiveKey? _active;
    private bool _caughtUp;

    /// <param name="topic">The processor's input topic.</param>
    /// <param name="context">The activation.</param>
    protected KeyedStreamGrain(string topic, IGrainContext context)
    {
        var services = context.ActivationServices;
        _context = context;
        _checkpointer = services.GetRequiredService<ICheckpointer>();
        _store = services.GetRequiredService<ICheckpointStore>();
        _history = services.GetRequiredService<OutputHistory>();
        _rowSerializer = services.GetRequiredService<Serializer<KeyRow<TState>>>();
        _outputSerializer = services.GetRequiredService<Serializer<TOutput>>();
        _time = services.GetRequiredService<TimeProvider>();
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(GetType());
        _processor = services.GetRequiredService<ProcessorRegistry>().ForTopic(topic);
    }

    /// <summary>The state of a key before its first record.</summary>
    protected abstract TState InitialState { get; }

    /// <summary>Decodes the record and applies it. Pure; what it throws on every try makes the record a dead letter.</summary>
    protected abstract (TState State, ImmutableArray<TOutput> Outputs) Apply(TState state, LogRecord record);

    /// <summary>The id callers ask for an output by.</summary>
    protected abstract string IdOf(TOutput output, LogRecord record);

    /// <summary>The output as it stands in the output topic: value and headers; the engine sets identity and key.</summary>
    protected abstract LogRecord ToRecord(TOutput output, OutputEntry entry, Position position);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.ReadAsync(_context.GrainId, cancellationToken);
        var row = stored is null ? new KeyRow<TState> { State = InitialState } : _rowSerializer.Deserialize(stored.Payload)!;
        _slot = new KeySlot<TState>(_context.GrainId, row, stored?.Version ?? 0, _rowSerializer);
        _active = _context.ActivationServices.GetRequiredService<ActiveKeys>().Enter(_context);
    }

    /// <summary>Whoever activates the key next starts from what is durable: everything staged must be.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _active?.Leave();
        if (_slot.IsFenced || _slot.Latest.AppliedOffset == _slot.Durable.AppliedOffset) return;
        var flushed = _slot.WhenDurableAsync(_slot.Latest.AppliedOffset);
        _checkpointer.Hurry();
        await flushed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async ValueTask<long> Apply(KeyBatch batch)
    {
        _active!.Touch();
        if (_slot.IsFenced)
        {
            DeactivateOnIdle();
            throw new SlotFencedException();
        }
        var row = _slot.Latest;
        var made = new List<(string Topic, LogRecord Record)>();
        var chunks = new List<HistoryChunk>();
        if (!_caughtUp) await RepublishAsync(row, batch, made);
        var recent = row.Recent.ToBuilder();
        int applied = 0;
        foreach (var record in batch.Records)
        {
            if (record.Offset <= row.AppliedOffset) continue;
            row = ApplyOne(row, record, batch.Partition, recent, made);
            applied++;
        }
        StreamMetrics.Applied.Add(applied, StreamMetrics.Topic(batch.Partition.Topic));
        if (applied < batch.Records.Length) StreamMetrics.Redelivered.Add(batch.Records.Length - applied, StreamMetrics.Topic(batch.Partition.Topic));
        if (!ReferenceEquals(row, _slot.Latest) || made.Count > 0)
            _slot.Put(row with { Recent = _history.Spill(recent.DrainToImmutable(), chunks) }, chunks, made);
        return _checkpointer.Stage(_slot);
    }

    /// <summary>The row that may be shown. With <paramref name="minOffset"/>: once that is applied and durable; null when that takes longer, or when
    /// another activation has taken over.</summary>
    protected async ValueTask<KeyRow<TState>?> DurableRowAsync(long minOffset, TimeSpan wait)
    {
        var applied = _slot.WhenDurableAsync(minOffset);
        if (!applied.IsCompleted)
        {
            _checkpointer.Hurry();
            await applied.WaitAsync(wait, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        if (applied.IsCompletedSuccessfully) return _slot.Durable;
        _slot.Abandon(applied);
        return null;
    }

    protected ValueTask<List<OutputEntry>> OutputsBeforeAsync(long offset, int limit) =>
        _history.ReadAsync(_context.GrainId, _slot.Durable.Recent, offset, limit);

    protected ValueTask<OutputEntry?> FindOutputAsync(string id) => _history.FindAsync(_context.GrainId, _slot.Durable.Recent, id);

    protected ValueTask<OutputEntry?> OutputAtAsync(long offset) => _history.AtAsync(_context.GrainId, _slot.Durable.Recent, offset);

    protected TOutput Decode(OutputEntry entry) => _outputSerializer.Deserialize(entry.Payload)!;

    /// <summary>The input position of an output; the key must have applied a record.</summary>
    protected Position PositionOf(OutputEntry entry) => new(_processor.Topic, _slot.Durable.Partition, entry.Offset);

    /// <summary>
    /// The first batch of an activation tells how far the partition is published: what this key put out since then may have been
    /// lost with the process that made it, and goes out again under the same ids.
    /// </summary>
    private async ValueTask RepublishAsync(KeyRow<TState> row, KeyBatch batch, List<(string Topic, LogRecord Record)> made)
    {
        if (row.AppliedOffset >= batch.Watermark)
            foreach (var entry in await _history.ReadFromAsync(_context.GrainId, row.Recent, batch.Watermark)) made.Add(ToLog(entry, batch.Partition, entry.Topic is null ? Decode(entry) : null));
        _caughtUp = true;
    }

    /// <summary>All of a record or nothing of it: what fails anywhere between its bytes and its last output makes a dead letter.</summary>
    private KeyRow<TState> ApplyOne(
        KeyRow<TState> row, LogRecord record, TopicPartition partition, ImmutableArray<OutputEntry>.Builder recent, List<(string Topic, LogRecord Record)> made)
    {
        TState state;
        OutputEntry[] entries;
        (string Topic, LogRecord Record)[] records;
        try
        {
            (state, var outputs) = ApplyOrFail(row.State, record);
            entries = [.. outputs.Select((output, i) => Entry(record, i, null, IdOf(output, record), _outputSerializer.SerializeToArray(output)))];
            records = [.. entries.Select((entry, i) => ToLog(entry, partition, outputs[i]))];
        }
        catch (Exception e)
        {
            StreamMetrics.DeadLetters.Add(1, StreamMetrics.Topic(partition.Topic));
            _logger.LogError(e, "Record {Offset} of {Partition} cannot be applied and goes to the dead letters.", record.Offset, partition);
            state = row.State;
            entries = [Entry(record, 0, DeadLetter.TopicName, record.Id, DeadLetter.Of(record, partition, e, PoisonAttempts).ToJson())];
            records = [ToLog(entries[0], partition, null)];
        }
        recent.AddRange(entries);
        made.AddRange(records);
        return row with
        {
            State = state,
            AppliedOffset = record.Offset,
            Partition = partition.Partition,
            OutputCount = row.OutputCount + entries.Length,
        };
    }

    private (TState State, ImmutableArray<TOutput> Outputs) ApplyOrFail(TState state, LogRecord record)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return Apply(state, record);
            }
            catch (Exception) when (attempt < PoisonAttempts)
            {
                // Pure rules fail the same way each time; only an accident of this process does not.
            }
        }
    }

    private OutputEntry Entry(LogRecord record, int index, string? topic, string id, byte[] payload) => new()
    {
        Offset = record.Offset, Index = index, Id = id, Topic = topic, Source = record.Source, ReceivedAt = record.ReceivedAt,
        DecidedAt = _time.GetUtcNow(), Payload = payload,
    };

    /// <summary>The entry as it goes to its topic; without an output it is a dead letter, whose payload goes as it is.</summary>
    private (string Topic, LogRecord Record) ToLog(OutputEntry entry, TopicPartition partition, TOutput? output)
    {
        var position = new Position(partition.Topic, partition.Partition, entry.Offset);
        var body = output is not null ? ToRecord(output, entry, position) : new LogRecord { Key = "", Id = "", Value = entry.Payload };
        return (entry.Topic ?? _processor.OutputTopic, new LogRecord
        {
            Key = this.GetPrimaryKeyString(), Source = partition.Topic, Id = $"{position}/{entry.Index}",
            Time = body.Time, ReceivedAt = entry.DecidedAt, Headers = body.Headers, Value = body.Value,
        });
    }
}
