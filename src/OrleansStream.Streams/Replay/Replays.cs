using Microsoft.Extensions.Options;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Replay;

/// <inheritdoc cref="IReplays"/>
internal sealed class Replays(
    IEventLog log, ProcessorRegistry processors, IReadModels models, IEnumerable<ReadModel> registered, JobClient jobs, IOptions<StreamEngineOptions> engine) : IReplays
{
    private const string GroupPrefix = "group:";
    private const string KeyPrefix = "key:";
    private readonly ReplayBounds _bounds = new(log);

    public async Task<ReplayStarted> StartAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        var errors = new List<EventError>();
        if (await PlanAsync(request, errors, cancellationToken) is not { } plan) return new ReplayStarted(null, [.. errors]);
        var job = jobs.New(ReplayJob.KindName) with
        {
            Topic = plan.Topic,
            Target = request.Target,
            From = request.From,
            To = request.To,
            Progress = new JobProgress { Total = plan.Total },
        };
        return new ReplayStarted(await jobs.StartAsync(job, plan.ToJson(), cancellationToken), []);
    }

    private async Task<ReplayPlan?> PlanAsync(ReplayRequest request, List<EventError> errors, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Topic)) errors.Add(new EventError("topic-required", "Say which topic."));
        else if (!log.Topics.ContainsKey(request.Topic)) errors.Add(new EventError("unknown-topic", $"There is no topic '{request.Topic}'."));
        if (string.IsNullOrEmpty(request.From)) errors.Add(new EventError("from-required", "Say from where: a position, a time or 'earliest'."));
        if (string.IsNullOrEmpty(request.Target)) errors.Add(new EventError("target-required", "Say for whom: a consumer group or a key."));
        if (errors.Count > 0 || TargetOf(request.Topic!, request.Target!, errors) is not { } target) return null;
        if (target.Kind == ReplayTargetKind.ReadModel && request.To is not null)
        {
            errors.Add(new EventError("invalid-to", "A read model is rebuilt up to the head of the log: leave out to."));
            return null;
        }
        int? partition = target.Kind == ReplayTargetKind.Key ? Murmur2Partitioner.Partition(target.Name, log.Topics[request.Topic!]) : null;
        var parts = await _bounds.ResolveAsync(request.Topic!, request.From!, request.To, partition, errors, cancellationToken);
        return parts is null ? null : new ReplayPlan(request.Topic!, target.Kind, target.Name, parts);
    }

    private ReplayTarget? TargetOf(string topic, string text, List<EventError> errors)
    {
        var processor = processors.FindTopic(topic);
        bool keyOnly = text.StartsWith(KeyPrefix, StringComparison.Ordinal), groupOnly = text.StartsWith(GroupPrefix, StringComparison.Ordinal);
        string name = keyOnly ? text[KeyPrefix.Length..] : groupOnly ? text[GroupPrefix.Length..] : text;
        if (!keyOnly && models.Has(name))
        {
            if (registered.Single(m => m.Name == name).Topics.Contains(topic)) return new ReplayTarget(ReplayTargetKind.ReadModel, name);
            errors.Add(new EventError("target-not-of-topic", $"Read model '{name}' does not read '{topic}'."));
            return null;
        }
        if (!keyOnly && name == engine.Value.Group && processor is not null) return new ReplayTarget(ReplayTargetKind.Group, name);
        if (processor is null) errors.Add(new EventError("target-not-of-topic", $"'{topic}' has no processor: only read models of it can be targets."));
        else if (!groupOnly && processor.CanBeKey(name)) return new ReplayTarget(ReplayTargetKind.Key, name);
        else errors.Add(new EventError("unknown-target", groupOnly ? $"There is no consumer group '{name}'." : "The target is neither a consumer group nor a possible key."));
        return null;
    }
}
