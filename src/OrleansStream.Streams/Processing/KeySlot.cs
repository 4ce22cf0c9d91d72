using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>The checkpoint slot of a keyed grain: what is applied (<see cref="Latest"/>) and what may be shown (<see cref="Durable"/>).</summary>
internal sealed class KeySlot<TState>(GrainId grain, KeyRow<TState> row, int version, Serializer<KeyRow<TState>> serializer)
    : CheckpointSlot(grain, version)
{
    private readonly object _gate = new();
    private readonly List<(long Offset, TaskCompletionSource Done)> _waiters = [];
    private KeyRow<TState>? _staged;
    private KeyRow<TState>? _taken;
    private List<HistoryChunk> _stagedChunks = [];
    private List<HistoryChunk> _takenChunks = [];
    private List<(string Topic, LogRecord Record)> _stagedOutputs = [];
    private List<(string Topic, LogRecord Record)> _takenOutputs = [];

    /// <summary>Everything applied, durable or not. The grain's own.</summary>
    public KeyRow<TState> Latest { get; private set; } = row;

    /// <summary>What the store holds: the only thing that leaves the grain.</summary>
    public KeyRow<TState> Durable { get; private set; } = row;

    public override bool IsAwaited
    {
        get { lock (_gate) return _waiters.Count > 0; }
    }

    internal override IReadOnlyList<(string Topic, LogRecord Record)> TakenOutputs => _takenOutputs;

    /// <summary>Puts a row in place of what was staged; chunks and outputs add up.</summary>
    public void Put(KeyRow<TState> row, List<HistoryChunk> chunks, List<(string Topic, LogRecord Record)> outputs)
    {
        lock (_gate)
        {
            Latest = row;
            _staged = row;
            _stagedChunks.AddRange(chunks);
            _stagedOutputs.AddRange(outputs);
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
            _waiters.Add((offset, done));
            return done.Task;
        }
    }

    /// <summary>Forgets waiters that nobody awaits any more.</summary>
    public void Abandon(Task waiter)
    {
        lock (_gate) _waiters.RemoveAll(w => w.Done.Task == waiter);
    }

    internal override void Fence()
    {
        lock (_gate)
        {
            base.Fence();
            foreach (var (_, done) in _waiters) done.TrySetException(new SlotFencedException());
            _waiters.Clear();
        }
    }

    internal override bool Take()
    {
        lock (_gate)
        {
            if (_staged is null) return false;
            (_taken, _staged) = (_staged, null);
            (_takenChunks, _stagedChunks) = (_stagedChunks, []);
            (_takenOutputs, _stagedOutputs) = (_stagedOutputs, []);
            return true;
        }
    }

    internal override (byte[] Payload, IReadOnlyList<HistoryChunk> Chunks) Serialize() => (serializer.SerializeToArray(_taken!), _takenChunks);

    internal override void Confirm()
    {
        lock (_gate)
        {
            Durable = _taken!;
            _taken = null;
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Offset > Durable.AppliedOffset) continue;
                _waiters[i].Done.TrySetResult();
                _waiters.RemoveAt(i);
            }
        }
    }
}
