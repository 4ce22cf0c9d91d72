using System.IO.Hashing;
using System.Text;
using System.Threading.Channels;

namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>
/// A queue of records whose keys fall into it, sent one batch at a time: the next leaves only when the one before is
/// answered, and that is what keeps the order of every key. A batch is whatever has gathered meanwhile.
/// </summary>
/// <remarks>The queue is bounded by <see cref="Progress.AnswerTracker"/>, over all lanes together.</remarks>
internal sealed class KeyLane(BatchDelivery delivery, int maxRecords)
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
        while (await _queue.Reader.WaitToReadAsync(stop))
        {
            Gather(batch);
            await delivery.DeliverAsync(batch.ToArray(), stop);
            batch.Clear();
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
