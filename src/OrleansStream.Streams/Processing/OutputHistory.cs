using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// Keeps a key's core row small: the newest outputs stay in it, older ones go to append-only chunks in the same transaction.
/// Reads both as one list.
/// </summary>
public sealed class OutputHistory(ICheckpointStore store, Serializer<OutputEntry[]> serializer)
{
    /// <summary>Most outputs in the core row.</summary>
    public const int MaxRecent = 16;

    private const int KeepRecent = 8;
    private const int ChunkSize = 64;

    /// <summary>
    /// Moves outputs out of a row that holds too many. The outputs of one input stay together: a chunk is found by the offset of its
    /// first, which must be no other chunk's and none in the row.
    /// </summary>
    public ImmutableArray<OutputEntry> Spill(ImmutableArray<OutputEntry> recent, List<HistoryChunk> chunks)
    {
        if (recent.Length <= MaxRecent) return recent;
        int spilled = recent.Length - KeepRecent;
        while (spilled > 0 && recent[spilled].Offset == recent[spilled - 1].Offset) spilled--;
        for (int at = 0; at < spilled;)
        {
            int end = Math.Min(at + ChunkSize, spilled);
            while (end < spilled && recent[end].Offset == recent[end - 1].Offset) end++;
            chunks.Add(ToChunk(recent.AsSpan()[at..end]));
            at = end;
        }
        return recent[spilled..];
    }

    /// <summary>Outputs of inputs before <paramref name="beforeOffset"/>, newest first.</summary>
    public async ValueTask<List<OutputEntry>> ReadAsync(GrainId grain, ImmutableArray<OutputEntry> recent, long beforeOffset, int limit)
    {
        var found = new List<OutputEntry>(limit);
        for (int i = recent.Length - 1; i >= 0 && found.Count < limit; i--)
            if (recent[i].Offset < beforeOffset) found.Add(recent[i]);
        long before = recent.Length == 0 ? beforeOffset : Math.Min(beforeOffset, recent[0].Offset);
        while (found.Count < limit)
        {
            var chunks = await store.ReadHistoryAsync(grain, before, 4);
            if (chunks.Count == 0) break;
            foreach (var entry in chunks.SelectMany(chunk => serializer.Deserialize(chunk.Payload)!.Reverse()))
                if (entry.Offset < beforeOffset && found.Count < limit) found.Add(entry);
            before = chunks[^1].FirstOffset;
        }
        return found;
    }

    /// <summary>Outputs of inputs at or after <paramref name="offset"/>, oldest first.</summary>
    public async ValueTask<List<OutputEntry>> ReadFromAsync(GrainId grain, ImmutableArray<OutputEntry> recent, long offset)
    {
        var found = recent.Where(e => e.Offset >= offset).ToList();
        if (recent.Length == 0 || recent[0].Offset < offset) return found;
        for (long before = recent[0].Offset; ;)
        {
            var chunks = await store.ReadHistoryAsync(grain, before, 4);
            foreach (var chunk in chunks) found.InsertRange(0, serializer.Deserialize(chunk.Payload)!.Where(e => e.Offset >= offset));
            if (chunks.Count == 0 || chunks[^1].FirstOffset < offset) return found;
            before = chunks[^1].FirstOffset;
        }
    }

    /// <summary>The outputs of one input, by its business id; the newest input's if the id came more than once.</summary>
    public async ValueTask<OutputEntry?> FindAsync(GrainId grain, ImmutableArray<OutputEntry> recent, string id)
    {
        if (recent.LastOrDefault(e => e.Id == id) is { } hit) return hit;
        foreach (var chunk in await store.FindHistoryAsync(grain, HashOf(id)))
            if (serializer.Deserialize(chunk.Payload)!.LastOrDefault(e => e.Id == id) is { } old) return old;
        return null;
    }

    /// <summary>Everything the input at this offset put out, in order; empty when it put out nothing or is too old.</summary>
    public async ValueTask<List<OutputEntry>> AtAsync(GrainId grain, ImmutableArray<OutputEntry> recent, long offset)
    {
        var found = recent.Where(e => e.Offset == offset).ToList();
        if (found.Count > 0 || (recent.Length > 0 && recent[0].Offset < offset)) return found;
        // The outputs of one input are in one chunk: the first that starts at or before it.
        var chunks = await store.ReadHistoryAsync(grain, offset + 1, 1);
        return chunks.Count == 0 ? [] : [.. serializer.Deserialize(chunks[0].Payload)!.Where(e => e.Offset == offset)];
    }

    private HistoryChunk ToChunk(ReadOnlySpan<OutputEntry> entries)
    {
        var hashes = new byte[8 * entries.Length];
        for (int i = 0; i < entries.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(hashes.AsSpan(8 * i), HashOf(entries[i].Id));
        return new HistoryChunk(entries[0].Offset, hashes, serializer.SerializeToArray(entries.ToArray()));
    }

    private static ulong HashOf(string id) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id));
}
