using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Commits;

/// <summary>
/// Lets reads pass while the database works. After one met an outage, one at a time tries after a pause, and all others wait for it to find the database back,
/// up to their patience: activations come as a crowd, attempts and failures do not. The pauses are those of the writer.
/// </summary>
internal sealed class ReadGate(GroupCommitOptions options, TimeProvider time, Func<Exception, CommitFailure> judge, ILogger logger)
{
    private const string GivenUp = "";
    private readonly Lock _gate = new();
    private TaskCompletionSource<string?>? _trial;
    private volatile int _failures;
    private long _failedAt;

    /// <exception cref="StoreUnavailableException">The database is away: found by this read, the first; or still after <see cref="GroupCommitOptions.ReadPatience"/>. What the read throws else, comes as it is.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> read, CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        while (_failures > 0)
        {
            var (trial, mine) = Enter();
            if (trial is null) break;
            if (mine)
            {
                var (isRead, result) = await TryAsync(trial, read, cancellationToken).ConfigureAwait(false);
                if (isRead) return result!;
            }
            if (await trial.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } found && time.GetElapsedTime(since) >= options.ReadPatience)
                throw new StoreUnavailableException(found);
        }
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (IsOutage(e, cancellationToken))
        {
            bool first;
            lock (_gate)
            {
                first = _failures == 0;
                if (first) (_failures, _failedAt) = (1, time.GetTimestamp());
            }
            // A crowd meets it together, before anybody knows: one of them tells.
            if (first) Tell(e);
            throw new StoreUnavailableException(StoreUnavailableException.Describe(e));
        }
    }

    /// <summary>The trial that is under way, or a new one, which is the caller's; null when there is no outage any more.</summary>
    private (TaskCompletionSource<string?>? Trial, bool Mine) Enter()
    {
        lock (_gate)
        {
            if (_failures == 0) return (null, false);
            bool mine = _trial is null;
            return (_trial ??= new(TaskCreationOptions.RunContinuationsAsynchronously), mine);
        }
    }

    private async Task<(bool IsRead, T? Result)> TryAsync<T>(TaskCompletionSource<string?> trial, Func<ValueTask<T>> read, CancellationToken cancellationToken)
    {
        string? found = GivenUp;
        try
        {
            var left = options.PauseAfter(_failures) - time.GetElapsedTime(_failedAt);
            if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
            var result = await read().ConfigureAwait(false);
            found = null;
            return (true, result);
        }
        catch (Exception e) when (IsOutage(e, cancellationToken))
        {
            Tell(e);
            found = StoreUnavailableException.Describe(e);
            return (false, default);
        }
        finally
        {
            lock (_gate)
            {
                _trial = null;
                if (found is null) _failures = 0;
                else if (found != GivenUp) (_failures, _failedAt) = (_failures + 1, time.GetTimestamp());
            }
            trial.SetResult(found);
        }
    }

    private void Tell(Exception exception) =>
        logger.LogWarning(exception, "The database could not be read; whoever reads waits until one read at a time finds it back.");

    private bool IsOutage(Exception exception, CancellationToken cancellationToken) =>
        judge(exception) == CommitFailure.Outage && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);
}
