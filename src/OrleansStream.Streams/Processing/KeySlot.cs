using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>The checkpoint slot of a keyed grain: what is applied (<see cref="Latest"/>) and what may be shown (<see cref="Durable"/>).</summary>
/// <param name="grain">The key's grain.</param>
/// <param name="row">As read.</param>
/// <param name="version">Of the row; 0 when there is none.</param>
/// <param name="serializer">Of rows.</param>
/// <param name="outputs">How urgent the processor's outputs are.</param>
/// <remarks>Without a serializer nothing is stored, only outputs leave: the row on disk is one that nobody can read, and is kept for its repair.</remarks>
internal sealed class KeySlot<TState>(GrainId grain, KeyRow<TState> row, int version, Serializer<KeyRow<TState>>? serializer, StagedOutputs outputs)
    : CheckpointSlot(grain, version)
{
    private readonly object _gate = new();
    // Few keys are awaited or staged at a moment: what only those need is not there otherwise.
    private List<(long Offset, TaskCompletionSource Done)>? _waiters;
    private Staged? _staged;
    private Staged? _taken;

    /// <summary>Everything applied, durable or not. The grain's own.</summary>
    public KeyRow<TState> Latest { get; private set; } = row;

    /// <summary>What the store holds: the only thing that leaves the grain.</summary>
    public KeyRow<TState> Durable { get; private set; } = row;

    public override bool IsAwaited
    {
        get { lock (_gate) return _waiters is { Count: > 0 }; }
    }

    public override StagedOutputs Outputs
    {
        get { lock (_gate) return _staged is { Outputs.Count: > 0 } ? outputs : StagedOutputs.None; }
    }

    internal override IReadOnlyList<(string Topic, LogRecord Record)> TakenOutputs => _taken!.Outputs;

    /// <summary>Puts the row of a batch in place of what was staged; what leaves with it adds up.</summary>
    public void Put(IKeyWork<TState> work)
    {
        lock (_gate)
        {
            Latest = work.Row;
            if (_staged is null)
            {
                _staged = new Staged(work.Row, work.Outputs, work.Chunks, work.Timers);
                return;
            }
            _staged.Row = work.Row;
            _staged.Outputs.AddRange(work.Outputs);
            if (work.Chunks.Count > 0) _staged.Chunks = [.. _staged.Chunks, .. work.Chunks];
            if (work.Timers.Count > 0) _staged.Timers = [.. _staged.Timers, .. work.Timers];
        }
    }

    /// <summary>Completes when the offset is applied and durable; at once if it is. Fails when the slot is fenced before.</summary>
    public Task WhenDurableAsync(long offset)
    {
        lock (_gate)
        {
            if (Durable.AppliedOffset >= offset) return Task.CompletedTask;
            if (IsFenced) return Task.FromException(new SlotFencedException());
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waiters ??= []).Add((offset, done));
            return done.Task;
        }
    }

    /// <summary>Forgets waiters that nobody awaits any more.</summary>
    public void Abandon(Task waiter)
    {
        lock (_gate) _waiters?.RemoveAll(w => w.Done.Task == waiter);
    }

    internal override void Fence()
    {
        lock (_gate)
        {
            base.Fence();
            foreach (var (_, done) in _waiters ?? []) done.TrySetException(new SlotFencedException());
            _waiters = null;
        }
    }

    /// <summary>What was taken cannot be stored: back to what is durable, as nothing else is staged.</summary>
    internal void Revert()
    {
        lock (_gate) (Latest, _taken) = (Durable, null);
    }

    internal override bool Take()
    {
        lock (_gate)
        {
            if (_staged is null) return false;
            (_taken, _staged) = (_staged, null);
            return true;
        }
    }

    internal override CheckpointWrite? ToWrite() => serializer is null ? null
        : new CheckpointWrite(Grain, Version, serializer.SerializeToArray(_taken!.Row), _taken.Chunks, _taken.Timers);

    internal override void Confirm()
    {
        lock (_gate)
        {
            Durable = _taken!.Row;
            _taken = null;
            for (int i = (_waiters?.Count ?? 0) - 1; i >= 0; i--)
            {
                if (_waiters![i].Offset > Durable.AppliedOffset) continue;
                _waiters[i].Done.TrySetResult();
                _waiters.RemoveAt(i);
            }
            if (_waiters is { Count: 0 }) _waiters = null;
        }
    }

    private sealed class Staged(
        KeyRow<TState> row, List<(string Topic, LogRecord Record)> outputs, IReadOnlyList<HistoryChunk> chunks, IReadOnlyList<TimerWrite> timers)
    {
        public KeyRow<TState> Row { get; set; } = row;
        public List<(string Topic, LogRecord Record)> Outputs { get; } = outputs;
        public IReadOnlyList<HistoryChunk> Chunks { get; set; } = chunks;
        public IReadOnlyList<TimerWrite> Timers { get; set; } = timers;
    }
}
