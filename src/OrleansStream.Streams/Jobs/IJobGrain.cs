using Orleans.Concurrency;

namespace OrleansStream.Streams.Jobs;

/// <summary>One job; key = its id. The work itself runs beside the grain, which only answers for it.</summary>
[Alias("OrleansStream.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Stores the job and queues it; again for the same id only answers.</summary>
    [Alias("Start")]
    ValueTask<JobAnswer> Start(JobStart start);

    /// <summary>Null when there is no such job.</summary>
    [AlwaysInterleave]
    [Alias("Get")]
    ValueTask<Job?> Get();

    /// <summary>Ends the job where it is; a finished one stays as it is. Null when there is no such job.</summary>
    [AlwaysInterleave]
    [Alias("Cancel")]
    ValueTask<Job?> Cancel();

    /// <summary>Sees to it that the job is at work if it is not finished.</summary>
    [AlwaysInterleave]
    [Alias("Attend")]
    ValueTask Attend();

    /// <summary>Deletes the job, which is finished, from the store and then from the lists; again changes nothing.</summary>
    [Alias("Forget")]
    ValueTask Forget(Job job);
}

/// <param name="Job">As it shall be shown.</param>
/// <param name="Plan">What its kind needs to know.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.JobStart")]
public sealed record JobStart([property: Id(0)] Job Job, [property: Id(1)] string Plan);

/// <param name="Job">Null when it was refused, because too many jobs wait already.</param>
/// <param name="Listed">Where the list of jobs learns of it.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.JobAnswer")]
public sealed record JobAnswer([property: Id(0)] Job? Job, [property: Id(1)] Log.Position? Listed);
