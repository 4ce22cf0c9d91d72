using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>
/// Reads chunks of partitions for all replays of a process: whoever asks for a chunk that is being read waits for that read, and whole chunks are kept, the least
/// recently used go first. Bounded by bytes.
/// </summary>
internal sealed class SharedScans(IEventLog log, IOptions<ReplayOptions> options)
{
    private readonly object _gate = new();
    private readonly Dictionary<(TopicPartition, long), Task<LogChunk>> _underWay = [];
    private readonly Dictionary<(TopicPartition, long), LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _byUse = new();
    private long _bytes;

    /// <summary>What is kept, in bytes.</summary>
    public long Bytes
    {
        get { lock (_gate) return _bytes; }
    }

    /// <summary>Where the chunk that holds the offset starts, unless chunks before it are cut short by their bytes.</summary>
    public long StartOf(long offset) => offset - offset % options.Value.ChunkRecords;

    /// <summary>The chunk from <paramref name="start"/> on; empty when the log ends there.</summary>
    public Task<LogChunk> GetAsync(TopicPartition partition, long start)
    {
        var key = (partition, start);
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var kept))
            {
                _byUse.Remove(kept);
                _byUse.AddFirst(kept);
                StreamMetrics.ReplayChunksShared.Add(1, StreamMetrics.Topic(partition.Topic));
                return Task.FromResult(kept.Value.Chunk);
            }
            if (_underWay.TryGetValue(key, out var reading))
            {
                StreamMetrics.ReplayChunksShared.Add(1, StreamMetrics.Topic(partition.Topic));
                return reading;
            }
            StreamMetrics.ReplayChunksRead.Add(1, StreamMetrics.Topic(partition.Topic));
            var task = Task.Run(() => ReadAsync(key));
            _underWay.Add(key, task);
            return task;
        }
    }

    private async Task<LogChunk> ReadAsync((TopicPartition Partition, long Start) key)
    {
        LogChunk? chunk = null;
        try
        {
            return chunk = await LogChunk.ReadAsync(log, key.Partition, key.Start, options.Value);
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove(key);
                if (chunk is { IsWhole: true }) Keep(key, chunk);
            }
        }
    }

    private void Keep((TopicPartition, long) key, LogChunk chunk)
    {
        if (chunk.Size > options.Value.CacheBytes) return;
        _kept.Add(key, _byUse.AddFirst(new Kept(key, chunk)));
        _bytes += chunk.Size;
        while (_bytes > options.Value.CacheBytes)
        {
            var oldest = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _kept.Remove(oldest.Key);
            _bytes -= oldest.Chunk.Size;
        }
    }

    private sealed record Kept((TopicPartition, long) Key, LogChunk Chunk);
}
