using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Jobs;

/// <summary>Starts jobs and answers for them, from any process of the cluster.</summary>
public sealed class JobClient(IGrainFactory grains, JobList list, IReadModels models, TimeProvider time)
{
    private static readonly TimeSpan ListWait = TimeSpan.FromSeconds(5);

    /// <summary>Queues a job; it stands in the list when this returns.</summary>
    /// <exception cref="LogOverloadedException">Too many wait already.</exception>
    public async Task<Job> StartAsync(Job job, string plan, CancellationToken cancellationToken = default)
    {
        var answer = await grains.GetGrain<IJobGrain>(job.Id).Start(new JobStart(job, plan));
        if (answer.Job is null) throw new LogOverloadedException("Too many jobs wait already; try again later.");
        if (answer.Listed is { } listed) await models.WaitForAsync(JobList.ModelName, listed, ListWait, cancellationToken);
        return answer.Job;
    }

    /// <summary>A job with id and time.</summary>
    public Job New(string kind)
    {
        var now = time.GetUtcNow();
        return new Job { Id = Guid.CreateVersion7(now).ToString("N"), Kind = kind, CreatedAt = now };
    }

    /// <summary>Null when there is no such job.</summary>
    public async ValueTask<Job?> FindAsync(string id) => CanBeId(id) ? await grains.GetGrain<IJobGrain>(id).Get() : null;

    /// <summary>Ends a job where it is; a finished one stays as it is. Null when there is no such job.</summary>
    public async ValueTask<Job?> CancelAsync(string id) => CanBeId(id) ? await grains.GetGrain<IJobGrain>(id).Cancel() : null;

    /// <summary>Newest first, those before the id, unfinished ones as they are now.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(string? beforeId, int limit) =>
        await Task.WhenAll(list.List(beforeId, limit).Select(async job => job.IsFinished ? job : await FindAsync(job.Id) ?? job));

    /// <summary>False for a text that is no job's id.</summary>
    public static bool CanBeId(string text) => Guid.TryParseExact(text, "N", out _) && !text.Any(char.IsAsciiLetterUpper);
}
