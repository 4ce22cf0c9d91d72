using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Replay;

/// <summary>
/// Hands a piece of a partition to the grains of its keys again: each key's records in order, a bounded number of keys at once. Waits until the partition has
/// applied the piece, so that a replay up to the head leaves nothing out.
/// </summary>
internal sealed class KeyDelivery(
    IGrainFactory grains, ProcessorRegistry processors, IOptions<ReplayOptions> options, TimeProvider time, ILogger<KeyDelivery> logger)
{
    /// <summary>Below Orleans' response time-out.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    /// <exception cref="Jobs.JobFailedException">Keys or partition could not be reached for too long.</exception>
    public async Task<ReplayAnswer> DeliverAsync(ReplayBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Records.Count == 0) return default;
        await WaitUntilAppliedAsync(batch, cancellationToken);
        var processor = processors.ForTopic(batch.Partition.Topic);
        int applied = 0, published = 0;
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = options.Value.KeysInFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batch.Records.Where(r => !r.IsTombstone).GroupBy(r => r.Key, r => r.Offset), bounded, async (key, stop) =>
        {
            var grain = ProcessorRegistry.Grain(grains, processor, key.Key);
            foreach (long[] offsets in key.Chunk(options.Value.RecordsPerCall))
            {
                var answer = await InsistAsync(() => grain.Replay(batch.Partition, offsets).AsTask(), batch, stop);
                Interlocked.Add(ref applied, answer.Applied);
                Interlocked.Add(ref published, answer.Published);
            }
        });
        StreamMetrics.Replayed.Add(batch.Records.Count, StreamMetrics.Topic(batch.Partition.Topic));
        return new ReplayAnswer(applied, published);
    }

    private async Task WaitUntilAppliedAsync(ReplayBatch batch, CancellationToken cancellationToken)
    {
        var partition = grains.GetGrain<IPartitionGrain>(batch.Partition.ToString());
        while (!await InsistAsync(() => partition.WaitForWatermark(batch.Records[^1].Offset, LongestCall), batch, cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Silos go and logs fail for a while: the call is made until it succeeds.</summary>
    private async Task<T> InsistAsync<T>(Func<Task<T>> call, ReplayBatch batch, CancellationToken cancellationToken)
    {
        var outage = new Outage(options.Value.GiveUpAfter, time);
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Replaying {From}–{Until} of {Partition} failed; trying again.", batch.From, batch.Until - 1, batch.Partition);
                await outage.PauseAsync(e, cancellationToken);
            }
        }
    }
}
