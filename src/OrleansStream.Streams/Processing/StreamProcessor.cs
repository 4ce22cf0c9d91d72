namespace OrleansStream.Streams.Processing;

/// <summary>
/// A keyed processor as the rest of the system sees it. One instance per process, registered once by
/// <see cref="ProcessorRegistration.AddStreamProcessor{TProcessor}"/>, which brings its topics, delivery, ingest, queries, event stream, dead letters and
/// replay. Derive from <see cref="StreamProcessor{TEvent, TState, TOutput}"/>.
/// </summary>
public abstract class StreamProcessor
{
    private protected StreamProcessor(ProcessorNames names)
    {
        Names = names;
        GrainType = GrainType.Create(names.Key);
    }

    public ProcessorNames Names { get; }

    /// <summary>The type of the key's grain: its class carries <c>[GrainType(names.Key)]</c>.</summary>
    public GrainType GrainType { get; }

    /// <summary>Headers of output records by which its event stream can be filtered, as query parameters of the same name, with the values allowed; empty allows any.</summary>
    public virtual IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters => new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>False when its events come from other keys only: then nobody can hand any in.</summary>
    public virtual bool TakesRequests => true;

    /// <summary>False when outputs are for other parts of the system: then nobody asks for those of one key, and its routes are free.</summary>
    public virtual bool ListsOutputs => true;

    /// <summary>False when the route that shows a key's state is the processor's own, because it shows more than the state.</summary>
    public virtual bool ShowsState => true;

    /// <summary>True when a key may stand for a person: <c>DELETE /v1/{keys}/{key}</c> then erases all that is known of it.</summary>
    public virtual bool IsErasable => false;

    /// <summary>
    /// True when an output may wait a moment (<see cref="StreamEngineOptions.CheckpointPace"/>) for others, because what reads them takes them in by the many: then a low load
    /// costs far fewer writes. Somebody who waits for the key is served at once all the same.
    /// </summary>
    public virtual bool GathersOutputs => false;

    /// <summary>
    /// How long what a key put out stays in its history, by when the inputs were handed in: at least so long, and at most an eighth longer once it puts out more. Null, the
    /// default, for ever. A key that falls silent keeps its last. Zero where nobody asks for them: only the last few stay, until they are published.
    /// </summary>
    public virtual TimeSpan? HistoryRetention => null;

    /// <summary>What the API's reference shows.</summary>
    public virtual ProcessorDocumentation Documentation => new();

    /// <summary>False for a text that cannot be a key, so that asking for it wakes no grain.</summary>
    public virtual bool CanBeKey(string text) => text.Length is > 0 and <= 256;

    /// <summary>Judges an event as it is handed in: one JSON value. Pure; never throws for what it reads.</summary>
    public abstract EventReading Judge(ReadOnlySpan<byte> json, in ReadingDefaults defaults);
}

/// <summary>A keyed processor: how an event is read, what it does to its key's state, and how state and outputs are shown. Pure: no clock, no I/O, no randomness.</summary>
/// <typeparam name="TEvent">An event as read from a record.</typeparam>
/// <typeparam name="TState">The key's state: immutable, with an Orleans serializer.</typeparam>
/// <typeparam name="TOutput">What the rules put out: immutable, with an Orleans serializer.</typeparam>
/// <typeparam name="TFacts">What is known from other keys, stored with each output: immutable, with an Orleans serializer.</typeparam>
public abstract class StreamProcessor<TEvent, TState, TOutput, TFacts>(ProcessorNames names) : StreamProcessor(names)
    where TState : class
    where TOutput : class
{
    /// <summary>The state of a key before its first event.</summary>
    public abstract TState InitialState { get; }

    /// <summary>
    /// Counts the states whose members mean something else than before; 1 at first. Adding members with new <c>[Id]</c>s needs no new version: either release reads the
    /// other's rows. Raise it when <see cref="Upcast"/> has something to do; a release with a lower version leaves such rows to others (docs/ARCHITECTURE.md).
    /// </summary>
    public virtual int StateVersion => 1;

    /// <summary>
    /// Turns a state that an earlier version stored into today's. Pure. Gets it as today's type reads it: members that went keep their <c>[Id]</c> until no row has
    /// them. What it throws makes the key unreadable.
    /// </summary>
    /// <param name="state">As stored.</param>
    /// <param name="version">The version that stored it, below <see cref="StateVersion"/>.</param>
    public virtual TState Upcast(TState state, int version) => state;

    /// <summary>Reads an event and judges it. Never throws for what it reads.</summary>
    public abstract EventReading<TEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults);

    /// <summary>What an event does. What it throws on every try makes the record a dead letter.</summary>
    public abstract Applied<TState, TOutput> Apply(TState state, TEvent @event, TFacts facts);

    /// <summary>What a timer that came due does. It is no longer set unless this sets it again.</summary>
    public virtual Applied<TState, TOutput> Apply(TState state, TimerDue timer) =>
        throw new InvalidDataException($"The processor of {Names.Topic} has no timers.");

    /// <summary>The same for rules that need facts when time passes, too: the grain resolves them for timers.</summary>
    public virtual Applied<TState, TOutput> Apply(TState state, TimerDue timer, TFacts facts) => Apply(state, timer);

    /// <summary>The id callers ask for an output by: the business id of its input.</summary>
    public abstract string IdOf(TOutput output);

    /// <summary>The output as it stands in the output topic and as queries show it.</summary>
    public abstract OutputContent ToContent(TOutput output, in OutputOrigin<TFacts> origin);

    /// <summary>The state as queries show it: UTF-8 JSON.</summary>
    public abstract byte[] ToJson(TState state, in StateOrigin origin);

    public sealed override EventReading Judge(ReadOnlySpan<byte> json, in ReadingDefaults defaults) => Read(json, defaults);
}

/// <summary>A keyed processor that needs nothing from other keys.</summary>
public abstract class StreamProcessor<TEvent, TState, TOutput>(ProcessorNames names) : StreamProcessor<TEvent, TState, TOutput, NoFacts>(names)
    where TState : class
    where TOutput : class
{
    /// <summary>What an event does. What it throws on every try makes the record a dead letter.</summary>
    public abstract Applied<TState, TOutput> Apply(TState state, TEvent @event);

    public sealed override Applied<TState, TOutput> Apply(TState state, TEvent @event, NoFacts facts) => Apply(state, @event);
}

/// <summary>Nothing is needed from other keys.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.NoFacts")]
public readonly record struct NoFacts;

/// <summary>An output's body.</summary>
/// <param name="Value">UTF-8 JSON.</param>
/// <param name="Time">When the event happened that it comes from.</param>
public sealed record OutputContent(byte[] Value, DateTimeOffset Time)
{
    /// <summary>What consumers can choose by without reading the value.</summary>
    public KeyValuePair<string, string>[] Headers { get; init; } = [];
}

/// <summary>Where an output comes from.</summary>
/// <param name="Key">The key.</param>
/// <param name="Source">The de-duplication source of the input.</param>
/// <param name="Position">The input's place in the log.</param>
/// <param name="ReceivedAt">When the input was handed in.</param>
/// <param name="DecidedAt">When the output was made.</param>
/// <param name="Facts">What was known from other keys.</param>
public readonly record struct OutputOrigin<TFacts>(
    string Key, string Source, Log.Position Position, DateTimeOffset ReceivedAt, DateTimeOffset DecidedAt, TFacts Facts);

/// <summary>Which state is shown.</summary>
/// <param name="Key">The key.</param>
/// <param name="Applied">The last position that the state contains.</param>
/// <param name="OutputCount">All outputs the key ever made.</param>
public readonly record struct StateOrigin(string Key, Log.Position Applied, long OutputCount);

/// <summary>What the API's reference shows of a processor; texts are Markdown, examples JSON.</summary>
public sealed record ProcessorDocumentation
{
    /// <summary>The heading under which its routes stand; empty for the topic's name.</summary>
    public string Group { get; init; } = "";
    public string IngestSummary { get; init; } = "";
    public string EventExample { get; init; } = "{}";
    public string KeyExample { get; init; } = "key-1";
    public string StateExample { get; init; } = "{}";
    public string OutputExample { get; init; } = "{}";

    /// <summary>The types behind the examples, for their schemas.</summary>
    public Type? StateType { get; init; }
    public Type? OutputType { get; init; }
}
