using System.IO.Hashing;
using System.Text;
using System.Threading.Channels;

namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>
/// A queue of records whose keys fall into it, sent one batch at a time: the next leaves only when the one before is
/// answered, and that is what keeps the order of every key. A batch is whatever has gathered meanwhile.
/// </summary>
/// <remarks>The queue is bounded by <see cref="Progress.AnswerTracker"/>, over all lanes together.</remarks>
/// <param name="delivery">Sends a batch until it is answered.</param>
/// <param name="maxRecords">Records per batch at most.</param>
/// <param name="inBlocks">A batch is all records of so many lines of the file, whatever has gathered.</param>
internal sealed class KeyLane(BatchDelivery delivery, int maxRecords, bool inBlocks)
{
    /// <summary>The server takes 5 MiB; the margin is for nothing in particular, and costs nothing.</summary>
    private const int MaxBatchBytes = 4 * 1024 * 1024;

    private readonly Channel<LoadRecord> _queue = Channel.CreateUnbounded<LoadRecord>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>The lane of a key: the same in every run.</summary>
    public static int Of(string? key, int lanes) =>
        key is null ? 0 : (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key)) % (ulong)lanes);

    public void Enqueue(LoadRecord record) => _queue.Writer.TryWrite(record);

    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Sends until the lane is complete and empty.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var batch = new List<LoadRecord>(maxRecords);
        if (inBlocks)
        {
            await RunBlocksAsync(batch, stop);
            return;
        }

        while (await _queue.Reader.WaitToReadAsync(stop))
        {
            Gather(batch);
            await delivery.DeliverAsync(batch.ToArray(), stop);
            batch.Clear();
        }
    }

    private async Task RunBlocksAsync(List<LoadRecord> block, CancellationToken stop)
    {
        long BlockOf(LoadRecord record) => (record.Line - 1) / maxRecords;
        await foreach (var record in _queue.Reader.ReadAllAsync(stop))
        {
            if (block.Count > 0 && BlockOf(record) != BlockOf(block[0]))
            {
                await delivery.DeliverAsync(block.ToArray(), stop);
                block.Clear();
            }

            block.Add(record);
        }

        if (block.Count > 0)
        {
            await delivery.DeliverAsync(block.ToArray(), stop);
        }
    }

    private void Gather(List<LoadRecord> batch)
    {
        var bytes = 0;
        while (batch.Count < maxRecords && _queue.Reader.TryPeek(out var next))
        {
            bytes += next.Json.Length + 1;
            if (batch.Count > 0 && bytes > MaxBatchBytes)
            {
                return;
            }

            _queue.Reader.TryRead(out _);
            batch.Add(next);
        }
    }
}
