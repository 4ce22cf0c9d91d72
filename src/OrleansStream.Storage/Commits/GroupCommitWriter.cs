using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Commits;

/// <summary>
/// Gathers the writes of many callers into one transaction after the other, and answers each caller after the commit that holds its rows. A row that the database
/// cannot hold is found by halving and fails alone. An outage reaches whoever waits, and is met again only after a pause: calls come as a crowd, attempts do not.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int CollisionTries = 5;

    private readonly IRowDatabase _database;
    private readonly GroupCommitOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<WriteCall> _queue;
    private readonly TransactionDraft _draft;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task> _loop;
    private long _lastCommit;
    private int _lastRows;
    private int _failures;

    public GroupCommitWriter(IRowDatabase database, GroupCommitOptions options, TimeProvider time, ILogger logger)
    {
        (_database, _options, _time, _logger) = (database, options, time, logger);
        _queue = Channel.CreateBounded<WriteCall>(new BoundedChannelOptions(options.QueuedCalls) { SingleReader = true });
        _draft = new TransactionDraft(options);
        _loop = new Lazy<Task>(() => Task.Run(LoopAsync));
    }

    /// <summary>Writes rows in one transaction; rows that occur twice, and others than one that cannot be stored, in several.</summary>
    /// <param name="writes">The rows.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue; what has its place there is written.</param>
    /// <returns>Per write, in order, when all are durable.</returns>
    /// <exception cref="ChannelClosedException">The store was disposed.</exception>
    public async Task<RowOutcome[]> WriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0) return [];
        var call = new WriteCall(writes);
        await _queue.Writer.WriteAsync(call, cancellationToken).ConfigureAwait(false);
        _ = _loop.Value;
        return await call.Done.ConfigureAwait(false);
    }

    /// <summary>Writes what has its place in the queue, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_loop.IsValueCreated) await _loop.Value.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var queue = _queue.Reader;
        while (_draft.Rows > 0 || await queue.WaitToReadAsync().ConfigureAwait(false))
        {
            _draft.Fill(queue);
            await GatherAsync(queue).ConfigureAwait(false);
            await WriteAsync(_draft.Close()).ConfigureAwait(false);
        }
    }

    /// <summary>Those whom the last transaction answered come again at once, one after the other: waits for as many, but not for long.</summary>
    private async Task GatherAsync(ChannelReader<WriteCall> queue)
    {
        if (_draft.Rows >= _lastRows) return;
        var left = _options.Gather - _time.GetElapsedTime(_lastCommit);
        if (left <= TimeSpan.Zero) return;
        using var limit = new CancellationTokenSource(left, _time);
        try
        {
            while (_draft.Rows < _lastRows && await queue.WaitToReadAsync(limit.Token).ConfigureAwait(false)) _draft.Fill(queue);
        }
        catch (OperationCanceledException)
        {
            // As many as have come, then.
        }
    }

    private async Task WriteAsync(List<PendingRow> rows)
    {
        try
        {
            await CommitAsync(rows).ConfigureAwait(false);
            _failures = 0;
        }
        catch (Exception e)
        {
            await PauseAsync(rows, e).ConfigureAwait(false);
        }
        (_lastCommit, _lastRows) = (_time.GetTimestamp(), rows.Count);
    }

    private async Task CommitAsync(List<PendingRow> rows)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                long started = _time.GetTimestamp();
                StorageMetrics.Attempts.Add(1);
                int?[] versions = await _database.CommitAsync(rows.ConvertAll(row => row.Write), CancellationToken.None).ConfigureAwait(false);
                StorageMetrics.Committed(rows.Count, _time.GetElapsedTime(started));
                for (int i = 0; i < rows.Count; i++) rows[i].Settle(versions[i] is { } version ? new RowOutcome(version, null) : RowOutcome.Conflict);
                return;
            }
            catch (Exception e)
            {
                switch (_database.Judge(e))
                {
                    case CommitFailure.Collision when attempt < CollisionTries:
                        StorageMetrics.Collisions.Add(1);
                        continue;
                    case CommitFailure.Row when rows.Count == 1:
                        StorageMetrics.RowFaults.Add(1);
                        _logger.LogError(e, "The row {Row} cannot be stored; its writer is refused.", Shown(rows[0].Write.Row));
                        rows[0].Settle(new RowOutcome(null, e));
                        return;
                    case CommitFailure.Row:
                        await CommitAsync(rows[..(rows.Count / 2)]).ConfigureAwait(false);
                        await CommitAsync(rows[(rows.Count / 2)..]).ConfigureAwait(false);
                        return;
                    default:
                        throw;
                }
            }
        }
    }

    private static string Shown(RowIdentity row) => $"{row.Type}/{KeyHash.Of(row.ToString())}";

    /// <summary>Everybody who waits learns of the outage; who calls from now on waits for the next attempt.</summary>
    private async Task PauseAsync(List<PendingRow> rows, Exception exception)
    {
        _failures++;
        StorageMetrics.Outages.Add(1);
        foreach (var row in rows) row.Call.Fail(exception);
        _draft.Fail(_queue.Reader, exception);
        var pause = _options.PauseAfter(_failures);
        _logger.LogWarning("The database did not take a transaction of {Rows} rows ({Failures} in a row): {Error} Next attempt in {PauseMs:0} ms.",
            rows.Count, _failures, exception.Message, pause.TotalMilliseconds);
        await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
