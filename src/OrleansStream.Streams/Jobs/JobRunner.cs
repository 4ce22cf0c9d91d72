using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.Jobs;

/// <summary>One job at work in this silo: waits for its turn, lets its kind work, stores how far it is, and how it ended. Off any grain's turn.</summary>
internal sealed class JobRunner : IDisposable
{
    private readonly JobKind? _kind;
    private readonly JobStorage _storage;
    private readonly ReplaySlot _slot;
    private readonly TimeSpan _saveInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _quit;
    private readonly CancellationTokenSource _stop;
    private readonly JobRun _run;
    private Job _job;
    private int _version;
    private volatile bool _cancelled;

    public JobRunner(JobRow row, int version, JobKind? kind, ReplaySlot slot, JobStorage storage, TimeSpan saveInterval, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        (_job, _version, _kind, _slot, _storage, _saveInterval, _time, _logger) = (row.Job, version, kind, slot, storage, saveInterval, time, logger);
        _run = new JobRun(row);
        // What fails while the process goes is not the job's failure.
        _quit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_quit.Token);
        Ended = Task.CompletedTask;
    }

    /// <summary>Completes when nothing of it runs any more.</summary>
    public Task Ended { get; private set; }

    public Job Job => Volatile.Read(ref _job) is { IsFinished: false } job ? job with { Progress = _run.Progress } : _job;

    public void Start() => Ended = Task.Run(RunAsync);

    /// <summary>The caller wants it ended.</summary>
    public Task CancelAsync()
    {
        _cancelled = true;
        return _stop.CancelAsync();
    }

    /// <summary>The silo goes: stores where it is, for whoever goes on.</summary>
    public Task StopAsync() => _quit.CancelAsync();

    public void Dispose()
    {
        _stop.Dispose();
        _quit.Dispose();
    }

    private async Task RunAsync()
    {
        using var slot = _slot;
        try
        {
            var (status, error) = await WorkAsync(slot);
            await EndAsync(status, error);
        }
        catch (Exception e) when (e is not SlotFencedException && _quit.IsCancellationRequested)
        {
            await PauseAsync();
        }
        catch (SlotFencedException e)
        {
            _logger.LogWarning(e, "Job {Job} is at work elsewhere; this one ends.", _job.Id);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "How job {Job} ended could not be stored.", _job.Id);
        }
    }

    /// <summary>How it ended; throws when it did not end but has to stop here.</summary>
    private async Task<(string Status, string? Error)> WorkAsync(ReplaySlot slot)
    {
        using var saving = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var saved = Task.CompletedTask;
        try
        {
            if (_kind is null) throw new JobFailedException($"This release knows no jobs of kind '{_job.Kind}'.");
            using var prepared = _kind.Prepare(_run);
            await slot.EnterAsync(_stop.Token);
            await BeginAsync();
            saved = SaveNowAndThenAsync(saving.Token);
            await _kind.RunAsync(_run, _stop.Token);
            return (JobStatus.Completed, null);
        }
        catch (Exception e) when (e is not SlotFencedException && _cancelled && !_quit.IsCancellationRequested)
        {
            return (JobStatus.Cancelled, null);
        }
        catch (Exception e) when (e is not SlotFencedException && !_stop.IsCancellationRequested)
        {
            _logger.LogWarning(e, "Job {Job} failed.", _job.Id);
            return (JobStatus.Failed, e is JobFailedException ? e.Message : "It failed in a way nobody expected; the reason is in the silo's log.");
        }
        finally
        {
            await saving.CancelAsync();
            await saved.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeginAsync()
    {
        _job = _job with { Status = JobStatus.Running, StartedAt = _job.StartedAt ?? _time.GetUtcNow() };
        await SaveAsync(_stop.Token);
        await _storage.TellForSureAsync(_job, _stop.Token);
    }

    /// <summary>How a job ended is stored whatever the caller or the silo does meanwhile; a store that is gone is found again by the next start.</summary>
    private async Task EndAsync(string status, string? error)
    {
        _job = _job with { Status = status, EndedAt = _time.GetUtcNow(), Error = error, Progress = _run.Progress, Result = _run.Result };
        await SaveAsync(_quit.Token);
        await _storage.TellForSureAsync(_job, _quit.Token);
    }

    private async Task PauseAsync()
    {
        try
        {
            await _storage.WriteAsync(_run.Taken(_job), _version, CancellationToken.None);
        }
        catch (Exception e)
        {
            // What was stored last is enough: a little is done again.
            _logger.LogInformation(e, "Job {Job} could not be stored as the silo goes; the next one repeats a little.", _job.Id);
        }
    }

    private async Task SaveNowAndThenAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (long saved = 0; ;)
            {
                await Task.Delay(_saveInterval, _time, cancellationToken);
                long changes = _run.Changes;
                if (changes == saved) continue;
                await SaveAsync(cancellationToken);
                saved = changes;
            }
        }
        catch (SlotFencedException)
        {
            await _quit.CancelAsync();
        }
    }

    private async Task SaveAsync(CancellationToken stop)
    {
        int version = await _storage.WriteForSureAsync(_run.Taken(_job), _version, stop);
        _version = version >= 0 ? version : throw new SlotFencedException($"Job {_job.Id} is at work elsewhere.");
    }
}
