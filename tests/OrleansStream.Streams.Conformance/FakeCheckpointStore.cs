using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>Rows in memory with the versions of the real stores; can be frozen, made to fail, and watched write by write.</summary>
public sealed class FakeCheckpointStore : ICheckpointStore
{
    private readonly object _gate = new();
    private readonly Dictionary<GrainId, StoredRow> _rows = [];
    private readonly Dictionary<GrainId, SortedList<long, HistoryChunk>> _history = [];
    private readonly Dictionary<(TopicPartition Partition, string Key, string Name), DateTimeOffset> _timers = [];
    private readonly Channel<IReadOnlyList<CheckpointWrite>> _calls = Channel.CreateUnbounded<IReadOnlyList<CheckpointWrite>>();
    private volatile TaskCompletionSource? _frozen;

    /// <summary>Asked on every write, before anything is stored; what it gives is thrown.</summary>
    public Func<IReadOnlyList<CheckpointWrite>, Exception?> FailBefore { get; set; } = _ => null;

    /// <summary>Asked on every write, after it is stored: the answer that never arrived.</summary>
    public Func<IReadOnlyList<CheckpointWrite>, Exception?> FailAfter { get; set; } = _ => null;

    /// <summary>Why the store can never hold a write; null when it can.</summary>
    public Func<CheckpointWrite, string?> Refuse { get; set; } = _ => null;

    public bool KeepsHistory { get; set; } = true;

    /// <summary>Calls of <see cref="WriteAsync"/> in order.</summary>
    public ConcurrentQueue<IReadOnlyList<CheckpointWrite>> Writes { get; } = new();

    /// <summary>History chunks given out by place so far.</summary>
    public int ChunksRead { get; private set; }

    public int ChunkCount(GrainId grain)
    {
        lock (_gate) return _history.GetValueOrDefault(grain)?.Count ?? 0;
    }

    /// <summary>The next call of <see cref="WriteAsync"/>, as it comes in.</summary>
    public ValueTask<IReadOnlyList<CheckpointWrite>> NextCallAsync() => _calls.Reader.ReadAsync(new CancellationTokenSource(Wait.Limit).Token);

    /// <summary>Writes stand still until <see cref="Thaw"/>.</summary>
    public void Freeze() => _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw()
    {
        var frozen = _frozen;
        _frozen = null;
        frozen?.SetResult();
    }

    /// <summary>As another activation would write it.</summary>
    public void Overwrite(GrainId grain)
    {
        lock (_gate) _rows[grain] = new StoredRow((_rows.GetValueOrDefault(grain)?.Version ?? 0) + 1, [0]);
    }

    public StoredRow? Row(GrainId grain)
    {
        lock (_gate) return _rows.GetValueOrDefault(grain);
    }

    public IReadOnlyList<GrainId> RowsOf(string type)
    {
        lock (_gate) return [.. _rows.Keys.Where(g => g.Type.ToString() == type).Order()];
    }

    public ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) => new(Row(grain));

    public async Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
    {
        Writes.Enqueue(writes);
        _calls.Writer.TryWrite(writes);
        if (_frozen is { } frozen) await frozen.Task.WaitAsync(cancellationToken);
        await Task.Yield();
        if (FailBefore(writes) is { } before) throw before;
        var outcomes = new CheckpointOutcome[writes.Count];
        lock (_gate)
            for (int i = 0; i < writes.Count; i++) outcomes[i] = Refuse(writes[i]) is { } fault ? CheckpointOutcome.Unstorable(fault) : WriteRow(writes[i]) ? CheckpointOutcome.Written : CheckpointOutcome.Conflict;
        if (FailAfter(writes) is { } after) throw after;
        return outcomes;
    }

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            HistoryChunk[] chunks = [.. Chunks(grain).Where(c => c.FirstOffset < beforeOffset).Take(maxChunks)];
            ChunksRead += chunks.Length;
            return new(chunks);
        }
    }

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default)
    {
        byte[] hash = BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(idHash));
        lock (_gate) return new([.. Chunks(grain).Where(c => c.IdHashes.AsSpan().IndexOf(hash) >= 0)]);
    }

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new([.. _timers.Where(t => t.Key.Partition == partition && t.Value <= until).OrderBy(t => t.Value).Take(limit)
                .Select(t => new DueTimer(t.Key.Key, t.Key.Name, t.Value))]);
    }

    private bool WriteRow(CheckpointWrite write)
    {
        if ((_rows.GetValueOrDefault(write.Grain)?.Version ?? 0) != write.ExpectedVersion) return false;
        if (write.Payload is not { } payload)
        {
            if (!_rows.Remove(write.Grain)) return false;
        }
        else _rows[write.Grain] = new StoredRow(write.ExpectedVersion + 1, payload);
        if (!_history.TryGetValue(write.Grain, out var chunks)) _history.Add(write.Grain, chunks = []);
        // As the SQL has it: a chunk's key is the grain and its first offset, and what is there stays.
        foreach (var chunk in write.Chunks)
        {
            chunks.TryAdd(chunk.FirstOffset, chunk);
            foreach (long old in chunks.Keys.Where(first => first < chunk.DropsBefore).ToList()) chunks.Remove(old);
        }
        foreach (var timer in write.Timers)
        {
            var id = (timer.Partition, write.Grain.Key.ToString()!, timer.Name);
            if (timer.DueAt is { } due) _timers[id] = due;
            else _timers.Remove(id);
        }
        return true;
    }

    private IEnumerable<HistoryChunk> Chunks(GrainId grain) => _history.TryGetValue(grain, out var chunks) ? chunks.Values.Reverse() : [];
}
