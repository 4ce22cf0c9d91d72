using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Conversations;

/// <summary>What a conversation's grain answers beside what all keys answer.</summary>
[Alias("OrleansStream.IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>What a chatbot should be prompted with; null when nothing was said, or all of it was erased.</summary>
    /// <param name="maxTokens">At least <see cref="ContextBuilder.SmallestBudget"/>; 0 for the configured number.</param>
    [AlwaysInterleave]
    [ResponseTimeout(IKeyedStreamGrain.QueryTimeout)]
    [Alias("GetContext")]
    ValueTask<ContextAnswer?> GetContext(int maxTokens);
}

/// <param name="Applied">The last position that it contains.</param>
/// <param name="Json">A <see cref="ContextView"/>, UTF-8.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.ContextAnswer")]
public sealed record ContextAnswer([property: Id(0)] Position Applied, [property: Id(1)] byte[] Json);

/// <summary>One conversation.</summary>
/// <remarks>Answers are made of the latest state: its messages are durable, and the same messages give the same context again.</remarks>
[GrainType(ConversationTopics.Conversation)]
internal sealed class ConversationGrain(IGrainContext context, ContextBuilder builder, IOptions<ConversationOptions> options)
    : KeyedStreamGrain<ConversationEvent, ConversationState, ContextChange, ConversationFacts>(context), IConversationGrain
{
    private readonly ConversationFacts _facts = new(options.Value.Retention);

    public ValueTask<ContextAnswer?> GetContext(int maxTokens)
    {
        // The position first: what is said to be contained is.
        var (applied, state) = (LatestPosition, LatestState);
        if (applied is not { } position || state.IsEmpty) return new((ContextAnswer?)null);
        int budget = maxTokens > 0 ? maxTokens : options.Value.ContextTokens;
        var view = ContextView.Of(Key, state, builder.Build(state, budget), budget, position.ToString());
        return new(new ContextAnswer(position, JsonSerializer.SerializeToUtf8Bytes(view, ConversationJson.Default.ContextView)));
    }

    protected override bool TryResolveFacts(ConversationEvent @event, out ConversationFacts facts)
    {
        facts = _facts;
        return true;
    }

    protected override bool TryResolveFacts(TimerDue timer, out ConversationFacts facts)
    {
        facts = _facts;
        return true;
    }
}
