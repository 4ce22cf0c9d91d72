using System.Text.Json;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Jobs;

/// <summary>A change of a job's status as a record, from which every process has the list of jobs. Its id is the status: told twice, it counts once.</summary>
internal static class JobRecord
{
    public const string Topic = "jobs";

    public static LogRecord Of(Job job, DateTimeOffset now) => new()
    {
        Key = job.Id, Source = Topic, Id = job.Status, Time = now, ReceivedAt = now,
        Value = JsonSerializer.SerializeToUtf8Bytes(job with { Result = null }, JobJson.Default.Job),
    };

    /// <summary>Its row is deleted. The value is the job as it ended, so that a release that does not know this kind reads what it knows already.</summary>
    public static LogRecord Forgotten(Job job, DateTimeOffset now) => new()
    {
        Key = job.Id, Source = Topic, Id = LogHeaders.JobForgotten, Time = now, ReceivedAt = now, Headers = [new(LogHeaders.Kind, LogHeaders.JobForgotten)],
        Value = JsonSerializer.SerializeToUtf8Bytes(job, JobJson.Default.Job),
    };

    public static Job Read(LogRecord record) =>
        JsonSerializer.Deserialize(record.Value.Span, JobJson.Default.Job) ?? throw new InvalidDataException("The record holds no job.");
}
