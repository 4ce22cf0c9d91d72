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
    /// <summary>Most outputs in the core row. Each is written again with every later one of its key until it is moved: few, and most of a row's bytes are spared.</summary>
    public const int MaxRecent = 6;

    /// <summary>The same in a store without history, where what leaves the row is gone.</summary>
    public const int MaxRecentWithoutHistory = 16;

    private const int KeepRecent = 2;
    private const int KeepRecentWithoutHistory = 8;
    private const int ChunkSize = 64;
    private const int ChunksAtOnce = 4;

    /// <summary>Outputs that a row may hold before <see cref="Spill"/> has something to do.</summary>
    /// <param name="kept">False when nobody asks for them: but for the last two, what is published goes, and is not written again with each later one.</param>
    public int Most(bool kept) => !kept ? KeepRecent : store.KeepsHistory ? MaxRecent : MaxRecentWithoutHistory;

    /// <summary>
    /// Moves outputs out of a row that holds too many. The outputs of one input stay together: a chunk is found by the offset of its
    /// first, which must be no other chunk's and none in the row.
    /// </summary>
    /// <param name="recent">Of the row, oldest first.</param>
    /// <param name="chunks">Where what does not stay goes.</param>
    /// <param name="published">The outputs of inputs before this offset are published: a store without history forgets them, and no others.</param>
    /// <param name="kept">False when nobody asks for them: then what is published is forgotten, and only what is not may go to a chunk.</param>
    public ImmutableArray<OutputEntry> Spill(ImmutableArray<OutputEntry> recent, List<HistoryChunk> chunks, long published, bool kept = true)
    {
        if (recent.Length <= Most(kept)) return recent;
        if (!kept)
        {
            recent = Unpublished(recent, published);
            if (recent.Length <= MaxRecent) return recent;
        }
        int spilled = recent.Length - (store.KeepsHistory ? KeepRecent : KeepRecentWithoutHistory);
        while (spilled > 0 && recent[spilled].Offset == recent[spilled - 1].Offset) spilled--;
        if (!store.KeepsHistory)
        {
            while (spilled > 0 && recent[spilled - 1].Offset >= published) spilled--;
            return recent[spilled..];
        }
        for (int at = 0; at < spilled;)
        {
            int end = Math.Min(at + ChunkSize, spilled);
            while (end < spilled && recent[end].Offset == recent[end - 1].Offset) end++;
            chunks.Add(ToChunk(recent.AsSpan()[at..end]));
            at = end;
        }
        return recent[spilled..];
    }

    /// <summary>A chunk without outputs that takes all earlier ones of its key with it; null where there is no history.</summary>
    /// <param name="offset">The erasure's.</param>
    public HistoryChunk? Eraser(long offset) => store.KeepsHistory ? new HistoryChunk(offset, [], serializer.SerializeToArray([])) { DropsBefore = offset } : null;

    /// <summary>Outputs of inputs before <paramref name="beforeOffset"/>, newest first.</summary>
    public async ValueTask<List<OutputEntry>> ReadAsync(GrainId grain, ImmutableArray<OutputEntry> recent, long beforeOffset, int limit)
    {
        var found = new List<OutputEntry>(limit);
        for (int i = recent.Length - 1; i >= 0 && found.Count < limit; i--)
            if (recent[i].Offset < beforeOffset) found.Add(recent[i]);
        long before = recent.Length == 0 ? beforeOffset : Math.Min(beforeOffset, recent[0].Offset);
        while (found.Count < limit)
        {
            var chunks = await store.ReadHistoryAsync(grain, before, ChunksAtOnce);
            if (chunks.Count == 0) break;
            foreach (var entry in chunks.SelectMany(chunk => serializer.Deserialize(chunk.Payload)!.Reverse()))
                if (entry.Offset < beforeOffset && found.Count < limit) found.Add(entry);
            before = chunks[^1].FirstOffset;
        }
        return found;
    }

    /// <summary>
    /// Outputs of inputs from <paramref name="from"/> up to and including <paramref name="to"/>, oldest first. Reads the chunks of that range and no others, however
    /// long the key's history is.
    /// </summary>
    public async ValueTask<List<OutputEntry>> ReadRangeAsync(GrainId grain, ImmutableArray<OutputEntry> recent, long from, long to)
    {
        var newestFirst = new List<OutputEntry>();
        for (int i = recent.Length - 1; i >= 0; i--)
            if (recent[i].Offset >= from && recent[i].Offset <= to) newestFirst.Add(recent[i]);
        if (recent.Length > 0 && recent[0].Offset > from)
        {
            // The outputs of one input are in one chunk, and the first that starts at or before an input holds them.
            for (long before = Math.Min(recent[0].Offset, to == long.MaxValue ? to : to + 1); ;)
            {
                var chunks = await store.ReadHistoryAsync(grain, before, ChunksAtOnce);
                foreach (var chunk in chunks)
                {
                    if (before <= from) break;
                    newestFirst.AddRange(serializer.Deserialize(chunk.Payload)!.Reverse().Where(e => e.Offset >= from && e.Offset <= to));
                    before = chunk.FirstOffset;
                }
                if (chunks.Count < ChunksAtOnce || before <= from) break;
            }
        }
        newestFirst.Reverse();
        return newestFirst;
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

    /// <summary>The last few, and all that are not published.</summary>
    private static ImmutableArray<OutputEntry> Unpublished(ImmutableArray<OutputEntry> recent, long published)
    {
        int forgotten = 0;
        while (forgotten < recent.Length - KeepRecent && recent[forgotten].Offset < published) forgotten++;
        return recent[forgotten..];
    }

    private HistoryChunk ToChunk(ReadOnlySpan<OutputEntry> entries)
    {
        var hashes = new byte[8 * entries.Length];
        for (int i = 0; i < entries.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(hashes.AsSpan(8 * i), HashOf(entries[i].Id));
        return new HistoryChunk(entries[0].Offset, hashes, serializer.SerializeToArray(entries.ToArray()));
    }

    private static ulong HashOf(string id) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id));
}
