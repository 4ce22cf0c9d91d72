using System.Globalization;
using Orleans.Storage;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Stock;

/// <summary>
/// The checkpoint store on Orleans' own AdoNet provider: the same rows, written one by one, each its own transaction. It has no place for history, so that a key keeps
/// its newest outputs only, and none for timers: a record that sets one cannot be stored. A database that holds some of either is refused.
/// </summary>
public sealed class StockCheckpointStore : ICheckpointStore
{
    private readonly Lazy<Task<IGrainStorage>> _storage;
    private readonly Func<Exception, CommitFailure> _judge;
    private readonly Func<RowIdentity, bool> _canHold;

    /// <param name="start">Checks the database and starts the provider.</param>
    /// <param name="judge">What a failure of the database means for a row.</param>
    /// <param name="canHold">Whether the database has text for a row's key.</param>
    internal StockCheckpointStore(Func<CancellationToken, Task<IGrainStorage>> start, Func<Exception, CommitFailure> judge, Func<RowIdentity, bool> canHold)
    {
        _storage = new(() => start(CancellationToken.None));
        (_judge, _canHold) = (judge, canHold);
    }

    public bool KeepsHistory => false;

    /// <summary>Reads the provider's statements from the database. The first call does it otherwise.</summary>
    public Task StartAsync() => _storage.Value;

    public async ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default)
    {
        if (!_canHold(RowIdentity.OfCheckpoint(grain))) return null;
        var state = new GrainState<StockRow>(new StockRow());
        try
        {
            await (await _storage.Value.ConfigureAwait(false)).ReadStateAsync(TypeOf(grain), StockKeys.ForProvider(grain), state, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && _judge(e) == CommitFailure.Outage)
        {
            // The provider has logged it.
            throw new StoreUnavailableException(StoreUnavailableException.Describe(e));
        }
        return state.RecordExists ? new StoredRow(int.Parse(state.ETag!, CultureInfo.InvariantCulture), state.State!.Payload) : null;
    }

    public async Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
    {
        var storage = await _storage.Value.ConfigureAwait(false);
        var outcomes = new CheckpointOutcome[writes.Count];
        for (int i = 0; i < outcomes.Length; i++) outcomes[i] = await WriteAsync(storage, writes[i], cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>There is none.</summary>
    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) => new([]);

    /// <inheritdoc cref="ReadHistoryAsync"/>
    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) => new([]);

    /// <inheritdoc cref="ReadHistoryAsync"/>
    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        new([]);

    private async Task<CheckpointOutcome> WriteAsync(IGrainStorage storage, CheckpointWrite write, CancellationToken cancellationToken)
    {
        if (write.Chunks.Count > 0 || write.Timers.Count > 0)
            return CheckpointOutcome.Unstorable(
                $"Orleans' stock provider has no place for {(write.Chunks.Count > 0 ? "output history" : "timers")}. Set {StorageOptions.Section}:Provider to {StorageOptions.GroupCommit}.");
        if (write is { Payload: null, ExpectedVersion: 0 }) return CheckpointOutcome.Conflict;
        var state = new GrainState<StockRow>(new StockRow { Payload = write.Payload ?? [] })
        {
            ETag = write.ExpectedVersion == 0 ? null : write.ExpectedVersion.ToString(CultureInfo.InvariantCulture), RecordExists = write.ExpectedVersion > 0,
        };
        var grain = StockKeys.ForProvider(write.Grain);
        try
        {
            if (write.Payload is null) await storage.ClearStateAsync(TypeOf(write.Grain), grain, state, cancellationToken).ConfigureAwait(false);
            else await storage.WriteStateAsync(TypeOf(write.Grain), grain, state, cancellationToken).ConfigureAwait(false);
            return CheckpointOutcome.Written;
        }
        catch (InconsistentStateException)
        {
            return CheckpointOutcome.Conflict;
        }
        catch (Exception e) when (_judge(e) == CommitFailure.Row)
        {
            return CheckpointOutcome.Unstorable(e.Message);
        }
    }

    private static string TypeOf(GrainId grain) => grain.Type.ToString()!;
}
