using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.Jobs;

/// <summary>
/// Keeps one job: in the store, and at work while it is not finished. An activation that finds an unfinished job goes on with it, so that a job outlives its silo:
/// <see cref="JobAttendant"/> calls.
/// </summary>
[GrainType("job")]
internal sealed class JobGrain(
    JobStorage storage, IEnumerable<JobKind> kinds, ReplaySlots slots, IOptions<ReplayOptions> options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IDisposable
{
    /// <summary>Below Orleans' response time-out; a job that takes longer to end ends all the same.</summary>
    private static readonly TimeSpan CancelWait = TimeSpan.FromSeconds(10);

    private JobRow? _row;
    private int _version;
    private JobRunner? _runner;
    private IGrainTimer? _keepAlive;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_row, _version) = await storage.ReadAsync(this.GetPrimaryKeyString(), cancellationToken);
        if (_row is { Job.IsFinished: false }) GoOn();
        // The silo that ended it may have died before it said so; a second time it is a duplicate.
        else if (_row is { } finished) storage.TellAsync(finished.Job).Ignore();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_runner is null) return;
        await _runner.StopAsync();
        await _runner.Ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async ValueTask<JobAnswer> Start(JobStart start)
    {
        if (_row is { } known) return new JobAnswer(known.Job, null);
        if (slots.TryReserve() is not { } slot) return new JobAnswer(null, null);
        try
        {
            var row = new JobRow(start.Job, start.Plan, null);
            await storage.WriteAsync(row, 0, CancellationToken.None);
            (_row, _version) = (row, 1);
            var listed = await storage.TellAsync(row.Job);
            Begin(slot);
            return new JobAnswer(row.Job, listed);
        }
        catch
        {
            slot.Dispose();
            if (_row is not null) GoOn();
            throw;
        }
    }

    public ValueTask<Job?> Get() => new(_runner?.Job ?? _row?.Job);

    public async ValueTask<Job?> Cancel()
    {
        if (_row is null) return null;
        GoOn();
        if (_runner is null)
        {
            // No place in the queue to go on from: it ends here and now.
            var ended = _row with { Job = _row.Job with { Status = JobStatus.Cancelled, EndedAt = time.GetUtcNow() } };
            await storage.WriteAsync(ended, _version, CancellationToken.None);
            (_row, _version) = (ended, _version + 1);
            await storage.TellAsync(ended.Job);
            return ended.Job;
        }
        if (_runner.Job.IsFinished) return _runner.Job;
        await _runner.CancelAsync();
        await _runner.Ended.WaitAsync(CancelWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return _runner.Job;
    }

    public ValueTask Attend()
    {
        GoOn();
        // Its row is another's: whoever is asked next reads it again.
        if (_runner is { Ended.IsCompleted: true, Job.IsFinished: false }) DeactivateOnIdle();
        return ValueTask.CompletedTask;
    }

    public async ValueTask Forget(Job job)
    {
        var (row, version) = await storage.ReadAsync(job.Id, CancellationToken.None);
        if (row is { Job.IsFinished: false }) return;
        if (row is not null) await storage.DeleteAsync(job.Id, version);
        await storage.TellForgottenAsync(job);
        DeactivateOnIdle();
    }

    public void Dispose() => _runner?.Dispose();

    private void GoOn()
    {
        if (_runner is null && _row is { Job.IsFinished: false } && slots.TryReserve() is { } slot) Begin(slot);
    }

    private void Begin(ReplaySlot slot)
    {
        var kind = kinds.FirstOrDefault(k => k.Name == _row!.Job.Kind);
        _runner = new JobRunner(_row!, _version, kind, slot, storage, options.Value.SaveInterval, time, logger, lifetime.ApplicationStopping);
        _runner.Start();
        _keepAlive = this.RegisterGrainTimer(KeepAliveAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)) { KeepAlive = true, Interleave = true });
    }

    private Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        if (_runner!.Ended.IsCompleted) _keepAlive!.Dispose();
        return Task.CompletedTask;
    }
}
