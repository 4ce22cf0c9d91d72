using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Jobs;

/// <summary>
/// All jobs of the cluster, as of their last change of status. A job leaves the list when its row is deleted (<see cref="Expired"/>), so that no row is left behind
/// that nobody knows of.
/// </summary>
public sealed class JobList(IOptions<JobOptions> options) : ReadModel
{
    public const string ModelName = "jobs";
    private const int ExpiredAtOnce = 100;
    private const int JobsPerPiece = 500;
    // Ids sort by time.
    private readonly SortedDictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [JobRecord.Topic];

    /// <summary>Newest first, those before the id.</summary>
    public IReadOnlyList<Job> List(string? beforeId, int limit)
    {
        lock (Gate)
            return [.. _jobs.Values.Reverse().Where(j => beforeId is null || string.CompareOrdinal(j.Id, beforeId) < 0).Take(limit)];
    }

    public IReadOnlyList<Job> Unfinished()
    {
        lock (Gate) return [.. _jobs.Values.Where(j => !j.IsFinished)];
    }

    /// <summary>Finished jobs that are kept no longer, the oldest first, some at a time.</summary>
    public IReadOnlyList<Job> Expired(DateTimeOffset now)
    {
        var (kept, before) = (options.Value.Kept, now - options.Value.KeptFor);
        lock (Gate)
        {
            int beyond = _jobs.Count - kept;
            return [.. _jobs.Values.Where((job, i) => job.IsFinished && (i < beyond || job.EndedAt < before)).Take(ExpiredAtOnce)];
        }
    }

    protected internal override void Apply(TopicPartition partition, LogRecord record)
    {
        switch (record.Header(LogHeaders.Kind))
        {
            case null:
                var job = JobRecord.Read(record);
                if (!_jobs.TryGetValue(job.Id, out var known) || !known.IsFinished) _jobs[job.Id] = job;
                break;
            case LogHeaders.JobForgotten:
                _jobs.Remove(record.Key);
                break;
                // Another kind is a later release's: it means nothing here.
        }
    }

    protected internal override void Reset() => _jobs.Clear();

    protected internal override IEnumerable<byte[]> Snapshot()
    {
        Job[] jobs = [.. _jobs.Values];
        return jobs.Chunk(JobsPerPiece).Select(some => JsonSerializer.SerializeToUtf8Bytes([.. some], JobJson.Default.ListJob));
    }

    protected internal override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var job in JsonSerializer.Deserialize(piece, JobJson.Default.ListJob)!) _jobs.Add(job.Id, job);
    }
}
