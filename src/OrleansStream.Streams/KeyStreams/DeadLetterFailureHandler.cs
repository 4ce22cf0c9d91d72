using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Called when the agent has given up on a container, before it asks its cursor for the next. The agent ignores what this throws and
/// would skip the container; so nothing depends on it but the permission to move on: the cursor offers the record again until
/// <see cref="KeyStreamCache.DeadLettered"/> was called for it.
/// </summary>
internal sealed class DeadLetterFailureHandler(TopicPartition partition, Func<KeyStreamCache?> cache, DeadLetterWriter letters, ILogger logger)
    : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public async Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        if (sequenceToken is null || cache() is not { } current) return;
        long offset = sequenceToken.SequenceNumber;
        if (current.Poison(streamIdentity, offset) is not { } poison) return;
        string reason = $"Subscription {subscriptionId} of stream {streamIdentity} failed on it {poison.Attempts} times; its log says why.";
        if (await letters.TryAppendAsync(partition, poison.Records[0], $"{subscriptionId.Guid:N}", "delivery-failed", reason, poison.Attempts))
            current.DeadLettered(streamIdentity, offset);
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        logger.LogError("Subscription {Subscription} of the stream of key {Key} did not answer while it was registered.", subscriptionId, KeyHash.Of(streamIdentity.GetKeyAsString()));
        return Task.CompletedTask;
    }
}
