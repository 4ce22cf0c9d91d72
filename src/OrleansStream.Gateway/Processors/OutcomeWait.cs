using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>Prefer: wait</c>: the answer to a record that is in the log already is what it led to, if that comes in time.</summary>
internal sealed class OutcomeWait(IGrainFactory grains, IEventLog log, TimeProvider time, ILogger<OutcomeWait> logger)
{
    /// <summary>200 with the output; 202 when it was dead-lettered, led to no output, or is not applied yet.</summary>
    public async Task<IResult> AnswerAsync(HttpContext context, StreamProcessor processor, IngestResult taken, AcceptedAnswer accepted, TimeSpan wait)
    {
        var outcome = await WaitAsync(processor, taken, wait);
        if (outcome.Applied && outcome.DeadLetter is null)
        {
            Preferences.Applied(context.Response, wait);
            context.Response.Headers[MinPosition.AppliedHeader] = accepted.Position;
        }
        return outcome.Output is { } output
            ? new JsonBytes(output.Json)
            : TypedResults.Accepted((string?)null, accepted with { DeadLetter = outcome.DeadLetter is { } json ? JsonElement.Parse(json) : null });
    }

    /// <summary>The record is durable whatever happens here: who cannot be told its outcome is told that it was taken.</summary>
    private async Task<RecordOutcome> WaitAsync(StreamProcessor processor, IngestResult taken, TimeSpan wait)
    {
        try
        {
            return await PatientCall.AskAsync(slice => AskAsync(processor, taken, slice), outcome => outcome.Applied, wait, time);
        }
        catch (Exception e) when (Outages.CodeOf(e) is not null)
        {
            logger.LogWarning(e, "The outcome of {Position} could not be waited for.", taken.Position);
            return new RecordOutcome(false, null, null);
        }
    }

    private async Task<RecordOutcome> AskAsync(StreamProcessor processor, IngestResult taken, TimeSpan wait)
    {
        long started = time.GetTimestamp();
        // A log that takes ids twice does not know that a record came again; its partition's owner does, and leads to the first one.
        long offset = log.DropsDuplicates ? taken.Position.Offset
            : await grains.GetGrain<IPartitionGrain>(taken.Position.TopicPartition.ToString()).FindFirst(taken.Position.Offset, wait);
        var left = wait - time.GetElapsedTime(started);
        return await ProcessorRegistry.Grain(grains, processor, taken.Key!).WaitForOutcome(offset, left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
