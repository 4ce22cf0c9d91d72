using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// The grain of one key: loads, resolves facts, applies with its processor's pure rules, stages state and outputs together, answers with the epoch. Shows
/// nothing that is not durable. A processor's grain is one line: <c>[GrainType("card")] class CardGrain(IGrainContext context) :
/// KeyedStreamGrain&lt;…&gt;(context);</c>, and one more method when its rules need facts.
/// </summary>
/// <inheritdoc cref="StreamProcessor{TEvent, TState, TOutput, TFacts}"/>
public abstract class KeyedStreamGrain<TEvent, TState, TOutput, TFacts> : Grain, IKeyedStreamGrain, ILocalKey
    where TState : class
    where TOutput : class
{
    private const int TellEveryMs = 15_000;
    private static readonly TimeSpan OwnWrite = TimeSpan.FromMilliseconds(100);
    private readonly IGrainContext _context;
    private readonly ICheckpointer _checkpointer;
    private readonly ICheckpointStore _store;
    private readonly SuspectKeys _suspects;
    private readonly KeyEngine<TEvent, TState, TOutput, TFacts> _engine;
    private readonly LocalKeys _local;
    private readonly Lock _turn = new();
    private readonly string _key;
    private KeySlot<TState>? _slot;
    private Exception? _unreadable;
    private KeyTrial<TEvent, TState, TOutput, TFacts>? _trial;
    private long _owner;
    private long _toldAt = Environment.TickCount64;
    private bool _caughtUp;
    private bool _closed;

    /// <param name="context">The activation.</param>
    protected KeyedStreamGrain(IGrainContext context)
    {
        var services = context.ActivationServices;
        _context = context;
        _key = context.GrainId.Key.ToString()!;
        _checkpointer = services.GetRequiredService<ICheckpointer>();
        _store = services.GetRequiredService<ICheckpointStore>();
        _suspects = services.GetRequiredService<SuspectKeys>();
        _local = services.GetRequiredService<LocalKeyTables>().For(context.GrainId.Type);
        _engine = services.GetRequiredService<KeyEngines>().Get<TEvent, TState, TOutput, TFacts>(context.GrainId.Type);
    }

    /// <summary>
    /// What the rules need to know from other keys, for each of these events in order. It is stored with what they put out, so that a replay sees the same. When it
    /// throws, nothing of the batch was done and it comes again: facts that cannot be had now are an outage, never poison. Not needed where they are always at hand.
    /// </summary>
    protected virtual ValueTask<IReadOnlyList<TFacts>> ResolveFactsAsync(IReadOnlyList<TEvent> events)
    {
        var all = new TFacts[events.Count];
        for (int i = 0; i < all.Length; i++)
            all[i] = TryResolveFacts(events[i], out var facts) ? facts : throw new InvalidOperationException($"{GetType().Name} needs facts that are not at hand: override {nameof(ResolveFactsAsync)}.");
        return new(all);
    }

    /// <summary>
    /// The same when they are at hand in this process: then a batch is applied without a message and without waiting. False leaves it to
    /// <see cref="ResolveFactsAsync(IReadOnlyList{TEvent})"/>.
    /// </summary>
    protected virtual bool TryResolveFacts(TEvent @event, out TFacts facts)
    {
        facts = default!;
        return false;
    }

    /// <summary>The key.</summary>
    protected string Key => _key;

    /// <summary>
    /// The state with all that was applied, for methods of the grain's own: its records are durable, the state may not be yet. An answer made of it must be one that would be
    /// made again of the same records.
    /// </summary>
    /// <exception cref="StateUnreadableException">The stored state cannot be read by this code.</exception>
    protected TState LatestState => Readable().Latest.State;

    /// <summary>The last position that <see cref="LatestState"/> contains; null before the first.</summary>
    protected Position? LatestPosition => Readable().Latest is { AppliedOffset: >= 0 } row ? new Position(_engine.Processor.Names.Topic, row.Partition, row.AppliedOffset) : null;

    /// <summary>What the rules need to know when a timer comes due; nothing as a rule. What it throws is an outage, as with events.</summary>
    protected virtual ValueTask<TFacts> ResolveFactsAsync(TimerDue timer) => TryResolveFacts(timer, out var facts)
        ? new(facts)
        : throw new InvalidOperationException($"{GetType().Name} has facts for timers that are not always at hand: override {nameof(ResolveFactsAsync)}.");

    /// <summary>The same when it is at hand in this process.</summary>
    protected virtual bool TryResolveFacts(TimerDue timer, out TFacts facts)
    {
        facts = default!;
        return true;
    }

    public sealed override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.ReadAsync(_context.GrainId, cancellationToken);
        try
        {
            _slot = new KeySlot<TState>(_context.GrainId, _engine.ToRow(stored), stored?.Version ?? 0, _engine.RowSerializer, _engine.OutputUrgency);
            if (_suspects.Contains(_context.GrainId)) _trial = new(_engine, _slot, _key);
        }
        catch (Exception e) when (e is not StateNewerException)
        {
            _unreadable = e;
            _slot = new KeySlot<TState>(_context.GrainId, _engine.ToRow(null), 0, null, _engine.OutputUrgency);
            _engine.Logger.LogError(e, "The state of a key of {GrainType} cannot be read: its records go to the dead letters until it is repaired.", _context.GrainId.Type);
        }
    }

    /// <summary>Whoever activates the key next starts from what is durable: everything staged must be, and nothing comes in between.</summary>
    public sealed override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _local.Close(_key, this);
        lock (_turn) _closed = true;
        if (_slot is not { IsFenced: false } slot || slot.Latest.AppliedOffset == slot.Durable.AppliedOffset) return;
        var flushed = slot.WhenDurableAsync(slot.Latest.AppliedOffset);
        _checkpointer.Hurry();
        await flushed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public bool IsTouched { get; set; }

    public ValueTask<EpochToken> Apply(KeyBatch batch) =>
        // Nothing to wait for: no state machine, no allocation.
        TryApply(batch, out var epoch) ? new(epoch) : ApplyAsync(batch);

    public bool TryApply(KeyBatch batch, out EpochToken epoch)
    {
        Touch();
        lock (_turn)
        {
            List<DecodedEvent<TEvent, TFacts>>? events = null;
            bool here = _caughtUp && _trial is null && !_closed && (!_engine.NeedsFacts || _unreadable is not null || TryDecode(batch, out events));
            epoch = here ? Stage(batch, events, []) : default;
            return here;
        }
    }

    public void Retire() => _context.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "The silo holds enough keys, and this one was not used of late."));

    public async ValueTask<ReplayAnswer> Replay(TopicPartition partition, long[] offsets)
    {
        var row = _slot!.Durable;
        var wanted = offsets.ToHashSet();
        var entries = (await _engine.History.ReadRangeAsync(_context.GrainId, row.Recent, offsets.Min(), offsets.Max())).Where(e => wanted.Contains(e.Offset));
        var outputs = entries.Select(e => _engine.ToLog(_key, e, partition)).ToList();
        await _engine.PublishAsync(outputs);
        return new ReplayAnswer(offsets.Count(o => o <= row.AppliedOffset), outputs.Count);
    }

    public ValueTask<KeyState?> GetState()
    {
        var row = Readable().Durable;
        if (row.AppliedOffset < 0 || row.IsErased) return new((KeyState?)null);
        var applied = PositionOf(row.AppliedOffset);
        return new(new KeyState(applied, _engine.Processor.ToJson(row.State, new StateOrigin(_key, applied, row.OutputCount))));
    }

    public async ValueTask<bool> WaitUntilApplied(long offset, TimeSpan wait)
    {
        var applied = _slot!.WhenDurableAsync(offset);
        if (!applied.IsCompleted)
        {
            _checkpointer.Hurry();
            await applied.WaitAsync(wait, _engine.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        if (applied.IsCompletedSuccessfully) return true;
        _slot.Abandon(applied);
        return false;
    }

    public async ValueTask<bool> IsCurrent()
    {
        // Nobody can know more of a row that cannot be read; whoever asks for it is told so.
        if (_unreadable is not null) return true;
        for (int left = 3; !_slot!.IsFenced && left > 0; left--)
        {
            if ((await _store.ReadAsync(_context.GrainId))?.Version is not { } stored || stored <= _slot.Version) return true;
            // Its own write may be stored, and not be confirmed yet.
            await Task.Delay(OwnWrite, _engine.Time);
        }
        Leave();
        return false;
    }

    public async ValueTask<KeyOutputs> ListOutputs(long beforeOffset, int limit)
    {
        var entries = await _engine.History.ReadAsync(_context.GrainId, Readable().Durable.Recent, beforeOffset < 0 ? long.MaxValue : beforeOffset, limit);
        return new KeyOutputs([.. entries.Where(e => e.Topic is null).Select(Shown)], entries.Count < limit ? -1 : entries[^1].Offset);
    }

    public async ValueTask<KeyOutput?> FindOutput(string id) =>
        await _engine.History.FindAsync(_context.GrainId, Readable().Durable.Recent, id) is { Topic: null } entry ? Shown(entry) : null;

    public async ValueTask<OutputEntry?> FindEntry(string id) =>
        await _engine.History.FindAsync(_context.GrainId, Readable().Durable.Recent, id) is { Topic: null } entry ? entry : null;

    public async ValueTask<IReadOnlyList<OutputEntry>> ListEntries(long beforeOffset, int limit) =>
        await _engine.History.ReadAsync(_context.GrainId, Readable().Durable.Recent, beforeOffset < 0 ? long.MaxValue : beforeOffset, limit);

    public async ValueTask<RecordOutcome> WaitForOutcome(long offset, TimeSpan wait)
    {
        if (!await WaitUntilApplied(offset, wait)) return new RecordOutcome(false, null, null);
        var entries = await _engine.History.AtAsync(_context.GrainId, _slot!.Durable.Recent, offset);
        return new RecordOutcome(
            true,
            entries.Find(e => e.Topic is null) is { } output ? Shown(output) : null,
            entries.Find(e => e.Topic == DeadLetter.TopicName)?.Payload);
    }

    private async ValueTask<EpochToken> ApplyAsync(KeyBatch batch)
    {
        Check(batch);
        var again = _caughtUp ? [] : await PublishedInVainAsync(batch);
        List<DecodedEvent<TEvent, TFacts>>? events = null;
        if (_engine.NeedsFacts && _unreadable is null)
        {
            events = _engine.Decode(batch.Records);
            var readable = events.Where(e => e.IsApplicable && e.Timer is null).Select(e => e.Event!).ToList();
            var facts = readable.Count == 0 ? [] : await ResolveFactsAsync(readable);
            int next = 0;
            foreach (var e in events)
            {
                if (e.Timer is { } timer) e.Facts = await ResolveFactsAsync(timer);
                else if (e.IsApplicable) e.Facts = facts[next++];
            }
        }
        bool tried = _trial is not null;
        if (_trial is { } trial) await TryOutAsync(trial, batch, events, again);
        lock (_turn)
        {
            var epoch = tried ? _checkpointer.Stage(_slot!) : Stage(batch, events, again);
            if (!_caughtUp && !_closed) _local.Open(_key, this);
            _caughtUp = true;
            return epoch;
        }
    }

    /// <summary>The store has refused the key's row for good: until it takes a whole batch again, the key's records are stored here, and those to blame are buried.</summary>
    private async Task TryOutAsync(
        KeyTrial<TEvent, TState, TOutput, TFacts> trial, KeyBatch batch, List<DecodedEvent<TEvent, TFacts>>? events, List<(string Topic, LogRecord Record)> again)
    {
        // Whatever fails from here on may keep an output from leaving: it is looked for again with the batch.
        _caughtUp = false;
        await _engine.PublishAsync(again);
        if (await trial.RunAsync(batch, events)) return;
        _suspects.Remove(_context.GrainId);
        _trial = null;
    }

    /// <summary>False when the facts of an event are not at hand.</summary>
    private bool TryDecode(KeyBatch batch, out List<DecodedEvent<TEvent, TFacts>>? events)
    {
        events = _engine.Decode(batch.Records);
        foreach (var e in events)
        {
            if (!e.IsApplicable) continue;
            bool isAtHand = e.Timer is { } timer ? TryResolveFacts(timer, out var facts) : TryResolveFacts(e.Event!, out facts);
            if (!isAtHand)
            {
                events = null;
                return false;
            }
            e.Facts = facts;
        }
        return true;
    }

    /// <summary>Orleans sees messages only: a key that is applied without them tells it, now and then, that it is in use.</summary>
    private void Touch()
    {
        IsTouched = true;
        if (Environment.TickCount64 - _toldAt < TellEveryMs) return;
        _toldAt = Environment.TickCount64;
        DelayDeactivation(_engine.IdleAge);
    }

    /// <exception cref="SlotFencedException">Another activation wrote the row.</exception>
    private void Check(KeyBatch batch)
    {
        if (_slot!.IsFenced)
        {
            Leave();
            throw new SlotFencedException($"The row of a key of {_context.GrainId.Type} was written by another activation.");
        }
        if (batch.Owner < _owner) throw new OwnerSupersededException($"Owner {batch.Owner} of {batch.Partition} was followed by {_owner}.");
        _owner = batch.Owner;
        if (batch.Previous > _slot.Latest.AppliedOffset && _unreadable is null)
            throw new RecordGapException($"The key has applied {batch.Partition} up to {_slot.Latest.AppliedOffset}; the batch follows on {batch.Previous}.");
    }

    /// <summary>Applies what is new and hands it to the checkpointer, all of it or nothing: under the key's lock, so that nobody sees half of it.</summary>
    private EpochToken Stage(KeyBatch batch, List<DecodedEvent<TEvent, TFacts>>? events, List<(string Topic, LogRecord Record)> again)
    {
        Check(batch);
        var work = _engine.Begin(_key, _slot!.Latest, batch.Partition, batch.Watermark, _unreadable);
        work.Outputs.AddRange(again);
        for (int i = 0; i < batch.Records.Length; i++) work.Apply(batch.Records[i], events?[i]);
        work.Seal();
        work.Count(batch.Records.Length);
        if (work.Changed) _slot.Put(work);
        return _checkpointer.Stage(_slot);
    }

    /// <summary>
    /// The first batch of an activation tells how far the partition is published: what this key put out since then may have been lost with the process that made
    /// it, and goes out again under the same ids.
    /// </summary>
    private async ValueTask<List<(string Topic, LogRecord Record)>> PublishedInVainAsync(KeyBatch batch)
    {
        var row = _slot!.Latest;
        if (row.AppliedOffset < batch.Watermark) return [];
        var entries = await _engine.History.ReadRangeAsync(_context.GrainId, row.Recent, batch.Watermark, long.MaxValue);
        return [.. entries.Select(entry => _engine.ToLog(_key, entry, batch.Partition))];
    }

    private KeySlot<TState> Readable()
    {
        if (_unreadable is not null) throw new StateUnreadableException($"The stored state of this key cannot be read: {_unreadable.GetType().Name}.");
        // What it shows was true. The next who asks finds one that knows more.
        if (_slot!.IsFenced) Leave();
        return _slot;
    }

    private void Leave() => _context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Another activation wrote the row."));

    private Position PositionOf(long offset) => new(_engine.Processor.Names.Topic, _slot!.Durable.Partition, offset);

    private KeyOutput Shown(OutputEntry entry)
    {
        var position = PositionOf(entry.Offset);
        var content = _engine.ToContent(_key, entry, position);
        return new KeyOutput(position, content.Time, content.Value);
    }
}

/// <summary>The grain of one key whose rules need nothing from other keys.</summary>
public abstract class KeyedStreamGrain<TEvent, TState, TOutput>(IGrainContext context) : KeyedStreamGrain<TEvent, TState, TOutput, NoFacts>(context)
    where TState : class
    where TOutput : class;
