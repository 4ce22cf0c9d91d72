using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Http;

/// <summary>
/// Read your writes: holds a query until the key it asks for has applied the positions in <c>Min-Position</c>, or their partitions'
/// watermarks have passed them.
/// </summary>
internal sealed class MinPosition(IGrainFactory grains, IEventLog log, ProcessorRegistry processors, TimeProvider time, IOptions<GatewayOptions> options)
{
    public const string Header = "Min-Position";
    public const string AppliedHeader = "Applied-Position";

    /// <param name="context">The request.</param>
    /// <param name="topic">The topic of the key asked for.</param>
    /// <param name="key">The key asked for.</param>
    /// <param name="grain">The grain of the key asked for.</param>
    /// <returns>Null when all positions are reached, else the answer.</returns>
    public async Task<IResult?> WaitAsync(HttpContext context, string topic, string key, IKeyedStreamGrain grain)
    {
        var texts = context.Request.Headers[Header];
        if (texts.Count == 0) return null;
        var wait = Preferences.Wait(context.Request, options.Value) ?? options.Value.DefaultWait;
        // Of one partition the furthest says it all, which also bounds the calls of one request.
        var furthest = new Dictionary<TopicPartition, long>();
        foreach (string text in texts.SelectMany(t => (t ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Position.TryParse(text, out var position) || !IsKnown(position))
                return Problems.Error(400, "invalid-position", $"'{text}' is not a position of this log.");
            furthest[position.TopicPartition] = Math.Max(position.Offset, furthest.GetValueOrDefault(position.TopicPartition));
        }
        var own = new TopicPartition(topic, Murmur2Partitioner.Partition(key, log.Topics[topic]));
        bool[] all = await Task.WhenAll(furthest.Select(f => ReachedAsync(f.Key, f.Value)));
        return all.All(r => r) ? null : Problems.Error(504, "position-not-reached",
            string.Create(CultureInfo.InvariantCulture, $"The position was not reached within {wait.TotalSeconds:0.###} s."));

        async Task<bool> OwnReachedAsync(Task<bool> applied, Task<bool> passed)
        {
            if (await await Task.WhenAny(applied, passed) && applied.IsCompletedSuccessfully && await applied) return true;
            // The partition says it, not the key: an activation that applies nothing any more may not know what another has applied. Asked again, it is another.
            if (await passed) return await grain.IsCurrent() || await grain.IsCurrent() || await grain.IsCurrent();
            return await applied;
        }

        Task<bool> ReachedAsync(TopicPartition partition, long offset)
        {
            var receiver = grains.GetGrain<IPartitionGrain>(partition.ToString());
            return PatientCall.AskAsync(
                slice => partition == own ? OwnReachedAsync(grain.WaitUntilApplied(offset, slice).AsTask(), receiver.WaitForWatermark(offset, slice)) : receiver.WaitForWatermark(offset, slice), reached => reached, wait, time);
        }
    }

    private bool IsKnown(Position position) =>
        processors.FindTopic(position.Topic) is not null && position.Partition < log.Topics[position.Topic];
}
