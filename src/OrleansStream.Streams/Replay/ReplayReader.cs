using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>
/// Reads partitions from anywhere and joins their live end, each record once and in order: up to the high watermark from scans shared with other replays,
/// from there by a reader of its own that starts at the very offset where the scans ended. What it has not read yet is held back from trimming.
/// </summary>
public sealed class ReplayReader
{
    private readonly IEventLog _log;
    private readonly SharedScans _scans;
    private readonly ReplaySlots _slots;
    private readonly ReplayOptions _options;

    internal ReplayReader(IEventLog log, SharedScans scans, ReplaySlots slots, IOptions<ReplayOptions> options) =>
        (_log, _scans, _slots, _options) = (log, scans, slots, options.Value);

    /// <summary>
    /// Replays ranges side by side as one replay: waits for its turn among the replays of this process, and gives its turn back when all ranges have ended or joined
    /// the live end. <paramref name="take"/> gets a partition's pieces one after the other, several partitions' at the same time.
    /// </summary>
    /// <exception cref="LogOverloadedException">Too many replays wait already.</exception>
    public async Task RunAsync(IReadOnlyList<ReplayRange> ranges, Func<ReplayBatch, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        using var slot = _slots.Reserve();
        await slot.EnterAsync(cancellationToken);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int behind = ranges.Count;
        await Task.WhenAll(ranges.Select(RunOneAsync));

        async Task RunOneAsync(ReplayRange range)
        {
            bool live = false;
            try
            {
                await foreach (var batch in ReadAsync(range, all.Token))
                {
                    if (batch.IsLive && !live && Interlocked.Decrement(ref behind) == 0) slot.Dispose();
                    live |= batch.IsLive;
                    await take(batch, all.Token);
                }
                if (!live && Interlocked.Decrement(ref behind) == 0) slot.Dispose();
            }
            catch
            {
                await all.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Reads one range; waits for no turn. The first piece at the live end comes as soon as it is reached, records or not.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read now; go on from the last piece's end.</exception>
    public async IAsyncEnumerable<ReplayBatch> ReadAsync(ReplayRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var hold = new ReplayHold(_log, range.Partition, range.From);
        long offset = range.From, start = _scans.StartOf(offset), to = range.To ?? long.MaxValue;
        while (offset < to && offset < _log.Watermarks(range.Partition).High)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = await _scans.GetAsync(range.Partition, start).WaitAsync(cancellationToken);
            start = chunk.Until;
            if (chunk.Until <= offset) continue;
            long until = Math.Min(chunk.Until, to);
            yield return new ReplayBatch(
                range.Partition, offset, until, Math.Max(0, Math.Min(chunk.From, until) - offset), Wanted(chunk.Records, range.Key, offset, until), IsLive: false);
            offset = until;
            hold.MoveTo(offset);
        }
        if (offset >= to) yield break;
        yield return new ReplayBatch(range.Partition, offset, offset, 0, [], IsLive: true);
        using var reader = _log.OpenReader(range.Partition, offset);
        while (offset < to)
        {
            var records = await reader.ReadAsync(_options.ChunkRecords, _options.ChunkBytes, _options.ReadWait, cancellationToken);
            long low = _log.Watermarks(range.Partition).Low;
            long skipped = low > offset && (records.Count == 0 || records[0].Offset >= low) ? Math.Min(low, to) - offset : 0;
            long until = Math.Min(Math.Max(reader.NextOffset, offset + skipped), to);
            if (until == offset) continue;
            yield return new ReplayBatch(range.Partition, offset, until, skipped, Wanted(records, range.Key, offset, until), IsLive: true);
            offset = until;
            hold.MoveTo(offset);
        }
    }

    private static IReadOnlyList<LogRecord> Wanted(IReadOnlyList<LogRecord> records, string? key, long from, long until)
    {
        if (records.Count == 0 || (key is null && records[0].Offset >= from && records[^1].Offset < until)) return records;
        return [.. records.Where(r => r.Offset >= from && r.Offset < until && (key is null || r.Key == key))];
    }
}
