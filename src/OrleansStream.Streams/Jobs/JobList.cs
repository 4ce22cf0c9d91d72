using System.Text.Json;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Jobs;

/// <summary>All jobs of the cluster, as of their last change of status; the newest are kept.</summary>
public sealed class JobList : ReadModel
{
    public const string ModelName = "jobs";
    private const int Kept = 1_000;
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

    protected internal override void Apply(TopicPartition partition, LogRecord record)
    {
        var job = JobRecord.Read(record);
        if (_jobs.TryGetValue(job.Id, out var known) && known.IsFinished) return;
        _jobs[job.Id] = job;
        while (_jobs.Count > Kept) _jobs.Remove(_jobs.First().Key);
    }

    protected internal override void Reset() => _jobs.Clear();

    protected internal override byte[] Snapshot() => JsonSerializer.SerializeToUtf8Bytes([.. _jobs.Values], JobJson.Default.ListJob);

    protected internal override void Restore(ReadOnlySpan<byte> snapshot)
    {
        foreach (var job in JsonSerializer.Deserialize(snapshot, JobJson.Default.ListJob)!) _jobs.Add(job.Id, job);
    }
}
