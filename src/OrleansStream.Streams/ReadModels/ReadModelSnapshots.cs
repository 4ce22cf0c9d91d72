using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>
/// Stores one model now and then, and tells the log how far: what a stored model contains need not be kept for it. Without a store it does nothing, and the model
/// is not a consumer that retention spares.
/// </summary>
internal sealed class ReadModelSnapshots(
    ReadModel model, ReadModelProgress progress, IEventLog log, ISnapshotStore? store, ReadModelOptions options, StreamEngineOptions engine, TimeProvider time, ILogger logger)
{
    private const int RestoreTries = 3;
    private TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _since;

    /// <summary>From now on retention spares what the model has not seen.</summary>
    public async Task RegisterAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        if (store is not null) await log.CommittedAsync(model.Name, partition, cancellationToken);
    }

    /// <summary>Fills the model from its snapshot and gives the positions; null when it has to be rebuilt. What the store throws is thrown.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, long>?> RestoreAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; store is not null; attempt++)
        {
            try
            {
                if (await store.ReadAsync(model.Name, cancellationToken) is not { } stored || Usable(ReadModelSnapshot.Decode(stored.Head)) is not { } snapshot) return null;
                lock (model.Gate) model.Reset();
                if (snapshot.Whole is { } whole) Take(whole);
                await foreach (byte[] piece in stored.Pieces) Take(piece);
                lock (model.Gate) progress.Generation = snapshot.Generation;
                return snapshot.Positions;
            }
            catch (InvalidDataException e) when (attempt < RestoreTries)
            {
                logger.LogDebug(e, "The snapshot of read model {Model} was replaced while it was read, or cannot be read.", model.Name);
            }
            catch (InvalidDataException e)
            {
                logger.LogWarning(e, "The snapshot of read model {Model} cannot be read: it is rebuilt.", model.Name);
                return null;
            }
        }
        return null;
    }

    /// <summary>So many records were taken in.</summary>
    public void Count(int records)
    {
        if (Interlocked.Add(ref _since, records) >= Math.Max(options.SnapshotRecords, model.RecordsWorthStoring)) Volatile.Read(ref _due).TrySetResult();
    }

    /// <summary>Stores the model at every interval, or earlier after many records, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (store is null) return;
        for (int failures = 0; ;)
        {
            var due = failures == 0 ? Volatile.Read(ref _due).Task.WaitAsync(options.SnapshotInterval, time, cancellationToken)
                : Task.Delay(engine.PauseAfter(failures), time, cancellationToken);
            await due.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested) return;
            if (Volatile.Read(ref _since) < model.RecordsWorthStoring)
            {
                Volatile.Write(ref _due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                continue;
            }
            failures = await WriteAsync(cancellationToken) ? 0 : failures + 1;
        }
    }

    /// <summary>Stores the model if it changed; false when that failed. Never while <see cref="RunAsync"/> runs.</summary>
    public async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        if (store is null) return true;
        try
        {
            Volatile.Write(ref _due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (Interlocked.Exchange(ref _since, 0) > 0) await WriteChangedAsync(cancellationToken);
            return true;
        }
        catch (Exception e)
        {
            // Also at the end of a process: the next start reads more of the log.
            Interlocked.Increment(ref _since);
            if (e is not OperationCanceledException) logger.LogWarning(e, "Read model {Model} could not be stored; it is tried again.", model.Name);
            return false;
        }
    }

    private async Task WriteChangedAsync(CancellationToken cancellationToken)
    {
        ReadModelSnapshot snapshot;
        IEnumerable<byte[]> pieces;
        lock (model.Gate) (snapshot, pieces) = (new ReadModelSnapshot(model.Version, progress.Copy(), progress.Generation), model.Snapshot());
        if (await store!.WriteAsync(model.Name, snapshot.Encode(), pieces, snapshot.Replaces(IsBeyond), cancellationToken))
            foreach (var (partition, next) in snapshot.Positions) await log.CommitAsync(model.Name, partition, next, cancellationToken);
        else Interlocked.Increment(ref _since);
    }

    /// <summary>Null when the snapshot is of another version or of another log.</summary>
    private ReadModelSnapshot? Usable(ReadModelSnapshot snapshot)
    {
        if (snapshot.Version != model.Version)
        {
            logger.LogInformation("The snapshot of read model {Model} has version {Version}, the code {Current}: it is rebuilt.", model.Name, snapshot.Version, model.Version);
            return null;
        }
        if (snapshot.Positions.FirstOrDefault(p => IsBeyond(p.Key, p.Value)) is not { Value: > 0 } beyond) return snapshot;
        logger.LogWarning("The snapshot of read model {Model} reaches beyond the end of {Partition}: it is of another log, and the model is rebuilt.", model.Name, beyond.Key);
        return null;
    }

    private void Take(byte[] piece)
    {
        try
        {
            lock (model.Gate) model.Restore(piece);
        }
        catch (Exception e)
        {
            throw new InvalidDataException("The model cannot read it.", e);
        }
    }

    private bool IsBeyond(TopicPartition partition, long next) =>
        !log.Topics.TryGetValue(partition.Topic, out int partitions) || partition.Partition >= partitions || next > log.Watermarks(partition).High;
}
