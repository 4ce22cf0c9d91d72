using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Replay;

/// <summary>
/// Which read models are to be rebuilt, as every process of the cluster learns it: from records in the topic of jobs, so that all of them do it, those that start
/// later too. <see cref="RebuildAttendant"/> sees to it.
/// </summary>
internal sealed class ReadModelRebuilds : ReadModel
{
    public const string ModelName = "rebuilds";
    private readonly Dictionary<string, Rebuild> _latest = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [JobRecord.Topic];

    /// <summary>The last rebuild of each model, and what completes when there is a later one.</summary>
    public (IReadOnlyList<Rebuild> Latest, Task Changed) Now
    {
        get { lock (Gate) return ([.. _latest.Values], _changed.Task); }
    }

    /// <summary>The rebuild that a job is: the one it has told already, or one later than all that are known here.</summary>
    public Rebuild Of(string jobId, DateTimeOffset createdAt, string model, IReadOnlyDictionary<TopicPartition, long> from)
    {
        lock (Gate)
        {
            var latest = _latest.GetValueOrDefault(model);
            if (latest?.JobId == jobId) return latest;
            long generation = Math.Max(createdAt.UtcTicks, (latest?.Generation ?? 0) + 1);
            return new Rebuild(model, generation, jobId, from.ToDictionary(f => f.Key.ToString(), f => f.Value));
        }
    }

    protected internal override void Apply(TopicPartition partition, LogRecord record)
    {
        if (record.Header(LogHeaders.Kind) == LogHeaders.ReadModelRebuild && RebuildRecord.Read(record) is { } rebuild) Take(rebuild);
    }

    protected internal override void Reset() => _latest.Clear();

    protected internal override IEnumerable<byte[]> Snapshot() => [JsonSerializer.SerializeToUtf8Bytes([.. _latest.Values], RebuildJson.Default.ListRebuild)];

    protected internal override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var rebuild in JsonSerializer.Deserialize(piece, RebuildJson.Default.ListRebuild)!) Take(rebuild);
    }

    private void Take(Rebuild rebuild)
    {
        if (_latest.TryGetValue(rebuild.Model, out var known) && known.Generation >= rebuild.Generation) return;
        _latest[rebuild.Model] = rebuild;
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <param name="Model">Which read model.</param>
/// <param name="Generation">Later rebuilds of a model have higher ones.</param>
/// <param name="JobId">The job that asked for it.</param>
/// <param name="From">Where partitions start, by <c>topic/partition</c>.</param>
internal sealed record Rebuild(string Model, long Generation, string JobId, IReadOnlyDictionary<string, long> From)
{
    public IReadOnlyDictionary<TopicPartition, long> Offsets() => From.ToDictionary(f => TopicPartition.Parse(f.Key), f => f.Value);
}

/// <summary>A rebuild as a record. Its value passes for a job at work, for releases that do not know this kind of record.</summary>
internal sealed record RebuildRecord(string Id, string Kind, string Status, Rebuild Rebuild)
{
    public static LogRecord Of(Rebuild rebuild, DateTimeOffset now) => new()
    {
        Key = rebuild.JobId, Source = JobRecord.Topic, Id = LogHeaders.ReadModelRebuild, Time = now, ReceivedAt = now,
        Headers = [new(LogHeaders.Kind, LogHeaders.ReadModelRebuild)],
        Value = JsonSerializer.SerializeToUtf8Bytes(new RebuildRecord(rebuild.JobId, ReplayJob.KindName, JobStatus.Running, rebuild), RebuildJson.Default.RebuildRecord),
    };

    public static Rebuild Read(LogRecord record) =>
        JsonSerializer.Deserialize(record.Value.Span, RebuildJson.Default.RebuildRecord)?.Rebuild ?? throw new InvalidDataException("The record holds no rebuild.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RebuildRecord))]
[JsonSerializable(typeof(List<Rebuild>))]
internal sealed partial class RebuildJson : JsonSerializerContext;
