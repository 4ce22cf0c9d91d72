namespace OrleansStream.Streams.Jobs;

/// <summary>What jobs of a kind do. One instance per silo; registered as a service.</summary>
public abstract class JobKind
{
    /// <summary>The kind's name.</summary>
    public abstract string Name { get; }

    /// <summary>Called when a job is queued or picked up again, before its turn; what it returns is disposed when the job ends.</summary>
    public virtual IDisposable? Prepare(JobRun run) => null;

    /// <summary>
    /// Does the work, from <see cref="JobRun.Checkpoint"/> on: what was done since may be done again. Ends early only by the token or an exception; a
    /// <see cref="JobFailedException"/> says why it failed in words for the caller.
    /// </summary>
    public abstract Task RunAsync(JobRun run, CancellationToken cancellationToken);
}

/// <summary>The job cannot be done; the message is shown.</summary>
public sealed class JobFailedException : Exception
{
    public JobFailedException() { }
    public JobFailedException(string message) : base(message) { }
    public JobFailedException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>A job at work, as its kind sees it.</summary>
public sealed class JobRun
{
    private readonly object _gate = new();
    private readonly JobRow _row;
    private JobProgress _progress;
    private Func<string>? _checkpoint;
    private long _changes;

    internal JobRun(JobRow row) => (_row, _progress) = (row, row.Job.Progress);

    public string JobId => _row.Job.Id;

    public DateTimeOffset CreatedAt => _row.Job.CreatedAt;

    public string Plan => _row.Plan;

    /// <summary>What <see cref="StoreAs"/> gave when the job was stored last; null at its first start.</summary>
    public string? Checkpoint => _row.Checkpoint;

    public JobProgress Progress
    {
        get { lock (_gate) return _progress; }
    }

    /// <summary>What the job found, as JSON: at most some 10 KiB, it is stored and shown whole.</summary>
    public string? Result { get; set; }

    internal long Changes => Interlocked.Read(ref _changes);

    /// <summary>Says how the place is written down up to which the work is done; called together with no <see cref="Advance"/>.</summary>
    public void StoreAs(Func<string> checkpoint)
    {
        lock (_gate) _checkpoint = checkpoint;
    }

    /// <summary>Counts work done and moves the place with it, so that both are stored together.</summary>
    public void Advance(Func<JobProgress, JobProgress> progress, Action? place = null)
    {
        lock (_gate)
        {
            _progress = progress(_progress);
            place?.Invoke();
            _changes++;
        }
    }

    internal JobRow Taken(Job job)
    {
        lock (_gate) return _row with { Job = job with { Progress = _progress }, Checkpoint = _checkpoint?.Invoke() ?? _row.Checkpoint };
    }
}
