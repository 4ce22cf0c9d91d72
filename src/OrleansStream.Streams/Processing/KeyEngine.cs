using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// What all keys of a processor share: the processor, serializers, history. A key's grain holds one reference to it, so that an idle key costs little.
/// </summary>
internal sealed class KeyEngine<TEvent, TState, TOutput, TFacts>(
    StreamProcessor<TEvent, TState, TOutput, TFacts> processor, OutputHistory history, OutputPublisher publisher, ICheckpointStore store, StoreProbe probe, IServiceProvider services)
    where TState : class
    where TOutput : class
{
    private readonly Serializer<TOutput> _outputs = services.GetRequiredService<Serializer<TOutput>>();
    private readonly IEventLog _log = services.GetRequiredService<IEventLog>();
    private readonly Serializer<TFacts> _facts = services.GetRequiredService<Serializer<TFacts>>();

    public StreamProcessor<TEvent, TState, TOutput, TFacts> Processor => processor;

    public OutputHistory History => history;

    public StoreProbe Probe => probe;

    public Serializer<KeyRow<TState>> RowSerializer { get; } = services.GetRequiredService<Serializer<KeyRow<TState>>>();

    public TimeProvider Time { get; } = services.GetRequiredService<TimeProvider>();

    public ILogger Logger { get; } = services.GetRequiredService<ILoggerFactory>().CreateLogger(processor.GetType());

    /// <summary>How long a key stays active without being used.</summary>
    public TimeSpan IdleAge { get; } = services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.CollectionAge;

    public StagedOutputs OutputUrgency { get; } = processor.GathersOutputs ? StagedOutputs.Gathered : StagedOutputs.Prompt;

    public bool NeedsFacts { get; } = typeof(TFacts) != typeof(NoFacts);

    /// <summary>A stored row as today's code has it, or a new one.</summary>
    /// <exception cref="StateNewerException">A later release wrote it.</exception>
    /// <exception cref="Exception">Whatever serializer or processor throw for what they cannot read.</exception>
    public KeyRow<TState> ToRow(StoredRow? stored)
    {
        if (stored is null) return new KeyRow<TState> { State = processor.InitialState, StateVersion = processor.StateVersion };
        var row = RowSerializer.Deserialize(stored.Payload)!;
        int version = Math.Max(1, row.StateVersion);
        if (version > processor.StateVersion)
            throw new StateNewerException($"The state of a key of {processor.GrainType} has version {version}; this release knows {processor.StateVersion}.");
        return row with { State = version < processor.StateVersion ? processor.Upcast(row.State, version) : row.State, StateVersion = processor.StateVersion };
    }

    public KeyWork<TEvent, TState, TOutput, TFacts> Begin(string key, KeyRow<TState> row, TopicPartition partition, long published, Exception? unreadable) =>
        new(this, key, row, partition, published, unreadable);

    public List<DecodedEvent<TEvent, TFacts>> Decode(LogRecord[] records)
    {
        var events = new List<DecodedEvent<TEvent, TFacts>>(records.Length);
        foreach (var record in records) events.Add(Decode(record));
        return events;
    }

    /// <summary>Reading is pure: what cannot be read is so on every try.</summary>
    public DecodedEvent<TEvent, TFacts> Decode(LogRecord record)
    {
        try
        {
            string? kind = record.Header(LogHeaders.Kind);
            if (kind == LogHeaders.Erasure) return new() { IsErasure = true };
            if (kind == LogHeaders.TimerDue) return new() { Timer = TimerRecord.Read(record) };
            var read = processor.Read(record.Value.Span, new ReadingDefaults(record.Id, record.Time, record.Key, Kind: kind, ReceivedAt: record.ReceivedAt));
            return read.IsValid
                ? new() { Event = read.Event }
                : new() { Failure = new InvalidDataException(string.Join("; ", read.Errors.Select(e => $"{e.Code}: {e.Detail}"))) };
        }
        catch (Exception e)
        {
            return new() { Failure = e };
        }
    }

    public OutputEntry Entry(LogRecord record, int index, TOutput output, TFacts facts) =>
        Entry(record, index, processor.IdOf(output), null, _outputs.SerializeToArray(output), facts: NeedsFacts ? _facts.SerializeToArray(facts) : null);

    /// <param name="record">The input.</param>
    /// <param name="index">Which of its outputs.</param>
    /// <param name="id">What callers ask for it by; empty when nobody does.</param>
    /// <param name="topic">Another topic than the processor's own; null for that.</param>
    /// <param name="payload">The output.</param>
    /// <param name="emittedTo">The key of an emission.</param>
    /// <param name="facts">What was known from other keys.</param>
    public OutputEntry Entry(LogRecord record, int index, string id, string? topic, byte[] payload, string? emittedTo = null, byte[]? facts = null) => new()
    {
        Offset = record.Offset, Index = index, Id = id, Topic = topic, Source = record.Source, Key = emittedTo, Time = record.Time, ReceivedAt = record.ReceivedAt,
        DecidedAt = Time.GetUtcNow(), Payload = payload, Facts = facts,
    };

    public OutputContent ToContent(string key, OutputEntry entry, Position position) =>
        ToContent(key, entry, position, _outputs.Deserialize(entry.Payload)!, entry.Facts is { } facts ? _facts.Deserialize(facts)! : default!);

    public OutputContent ToContent(string key, OutputEntry entry, Position position, TOutput output, TFacts facts) =>
        processor.ToContent(output, new OutputOrigin<TFacts>(key, entry.Source, position, entry.ReceivedAt, entry.DecidedAt, facts));

    /// <summary>The entry as it goes to its topic.</summary>
    public (string Topic, LogRecord Record) ToLog(string key, OutputEntry entry, TopicPartition partition, string? trace = null)
    {
        var position = new Position(partition.Topic, partition.Partition, entry.Offset);
        return ToLog(key, entry, position, entry.Topic is null ? ToContent(key, entry, position) : new OutputContent(entry.Payload, entry.Time), trace);
    }

    /// <summary>The record's id derives from the input's position: published twice, it is a duplicate to the log and to consumers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">What is stored of it.</param>
    /// <param name="position">The input's.</param>
    /// <param name="content">What it says.</param>
    /// <param name="trace">The trace it belongs to, <c>traceparent</c>. It is not stored: what a later activation publishes again has none.</param>
    public (string Topic, LogRecord Record) ToLog(string key, OutputEntry entry, Position position, OutputContent content, string? trace = null) =>
        (entry.Topic ?? processor.Names.OutputTopic, new LogRecord
        {
            Key = entry.Key ?? key, Source = position.Topic, Id = $"{position}/{entry.Index}",
            Time = content.Time, ReceivedAt = entry.DecidedAt, Headers = trace is null ? content.Headers : [.. content.Headers, new(StreamTracing.Header, trace)], Value = content.Value,
        });

    public bool HasTopic(string topic) => _log.Topics.ContainsKey(topic);

    /// <summary>Stores what a slot has taken, by itself. A row that cannot be serialized can never be stored.</summary>
    public async Task<CheckpointOutcome> WriteAsync(KeySlot<TState> slot)
    {
        CheckpointWrite write;
        try
        {
            write = slot.ToWrite()!;
        }
        catch (Exception e)
        {
            return CheckpointOutcome.Unstorable($"{e.GetType().Name}: {e.Message}");
        }
        return (await store.WriteAsync([write]))[0];
    }

    public Task PublishAsync(List<(string Topic, LogRecord Record)> outputs) => publisher.AppendOnceAsync(outputs);
}

/// <summary>A record as its processor reads it: an event, a timer, an erasure, or none of these.</summary>
internal sealed class DecodedEvent<TEvent, TFacts>
{
    public TEvent? Event { get; init; }
    public TimerDue? Timer { get; init; }
    public bool IsErasure { get; init; }
    public Exception? Failure { get; init; }

    /// <summary>Rules have something to say to it.</summary>
    public bool IsApplicable => Failure is null && !IsErasure;

    public TFacts Facts { get; set; } = default!;
}

/// <summary>The engines of a silo's processors, by grain type.</summary>
internal sealed class KeyEngines(ProcessorRegistry processors, IServiceProvider services)
{
    private readonly ConcurrentDictionary<GrainType, object> _engines = new();

    public KeyEngine<TEvent, TState, TOutput, TFacts> Get<TEvent, TState, TOutput, TFacts>(GrainType type)
        where TState : class
        where TOutput : class =>
        (KeyEngine<TEvent, TState, TOutput, TFacts>)_engines.GetOrAdd(type, static (t, self) =>
            ActivatorUtilities.CreateInstance<KeyEngine<TEvent, TState, TOutput, TFacts>>(
                self.Services, (StreamProcessor<TEvent, TState, TOutput, TFacts>)self.Processors.ForGrain(t)), this);

    private IServiceProvider Services => services;

    private ProcessorRegistry Processors => processors;
}
