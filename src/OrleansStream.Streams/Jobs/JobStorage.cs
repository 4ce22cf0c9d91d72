using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Jobs;

/// <summary>A job's row in the checkpoint store and its changes in the topic of jobs.</summary>
internal sealed class JobStorage(ICheckpointStore store, IEventLog log, IOptions<StreamEngineOptions> options, TimeProvider time, ILogger<JobStorage> logger)
{
    private static readonly GrainType RowType = GrainType.Create("job");

    /// <summary>The row and its version; null and 0 when there is none.</summary>
    public async Task<(JobRow? Row, int Version)> ReadAsync(string id, CancellationToken cancellationToken) =>
        await store.ReadAsync(GrainId.Create(RowType, id), cancellationToken) is { } stored ? (JobRow.FromJson(stored.Payload), stored.Version) : (null, 0);

    /// <summary>Writes the row over the version read or written last.</summary>
    /// <exception cref="SlotFencedException">Another activation of the job has written: this one is over.</exception>
    public async Task WriteAsync(JobRow row, int version, CancellationToken cancellationToken)
    {
        var write = new CheckpointWrite(GrainId.Create(RowType, row.Job.Id), version, row.ToJson());
        if (!(await store.WriteAsync([write], cancellationToken))[0].IsWritten) throw new SlotFencedException($"Job {row.Job.Id} is at work elsewhere.");
    }

    /// <summary>Deletes the row of this version.</summary>
    /// <exception cref="SlotFencedException">It has been written or deleted meanwhile.</exception>
    public async Task DeleteAsync(string id, int version)
    {
        if (!(await store.WriteAsync([new CheckpointWrite(GrainId.Create(RowType, id), version, null)]))[0].IsWritten) throw new SlotFencedException($"Job {id} has changed.");
    }

    /// <summary>As <see cref="WriteAsync"/>, for as long as it takes. A write whose answer was lost is found again by its content.</summary>
    public async Task<int> WriteForSureAsync(JobRow row, int version, CancellationToken stop)
    {
        return await Retry.ForeverAsync(WriteOrRecognizeAsync, "store a job", options.Value, time, logger, stop);

        async Task<int> WriteOrRecognizeAsync()
        {
            var id = GrainId.Create(RowType, row.Job.Id);
            byte[] json = row.ToJson();
            if ((await store.WriteAsync([new CheckpointWrite(id, version, json)], stop))[0].IsWritten) return version + 1;
            var stored = await store.ReadAsync(id, stop);
            // -1: another activation has written.
            return stored?.Version == version + 1 && stored.Payload.AsSpan().SequenceEqual(json) ? version + 1 : -1;
        }
    }

    /// <summary>Tells the list.</summary>
    public async Task<Position> TellAsync(Job job) => (await log.AppendAsync(JobRecord.Topic, [JobRecord.Of(job, time.GetUtcNow())]))[0].Position;

    /// <summary>Tells the list that there is no row any more.</summary>
    public Task TellForgottenAsync(Job job) => log.AppendAsync(JobRecord.Topic, [JobRecord.Forgotten(job, time.GetUtcNow())]);

    /// <summary>Tells the list, for as long as it takes.</summary>
    public Task TellForSureAsync(Job job, CancellationToken stop) => Retry.ForeverAsync(() => TellAsync(job), "list a job", options.Value, time, logger, stop);
}
