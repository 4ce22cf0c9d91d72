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
        Value = JsonSerializer.SerializeToUtf8Bytes(job, JobJson.Default.Job),
    };

    public static Job Read(LogRecord record) =>
        JsonSerializer.Deserialize(record.Value.Span, JobJson.Default.Job) ?? throw new InvalidDataException("The record holds no job.");
}
