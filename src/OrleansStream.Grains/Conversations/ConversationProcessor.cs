using System.Collections.Immutable;
using System.Text.Json;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Conversations;

/// <summary>Messages and erasures in, changes of the context out; the rules are <see cref="ConversationRules"/>.</summary>
public sealed class ConversationProcessor() : StreamProcessor<ConversationEvent, ConversationState, ContextChange, ConversationFacts>(new ProcessorNames
{
    Topic = ConversationTopics.Messages,
    Key = ConversationTopics.Conversation,
    Keys = "conversations",
    KeyField = "conversationId",
    OutputId = "messageId",
    Output = "context",
    OutputTopic = ConversationTopics.Contexts,
})
{
    public override ConversationState InitialState => ConversationState.Empty;

    public override bool ListsOutputs => false;

    public override TimeSpan? HistoryRetention => TimeSpan.Zero;

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters { get; } =
        new Dictionary<string, IReadOnlyList<string>> { [ConversationTopics.ChangeHeader] = ["message", "erased", "expired"] };

    public override ProcessorDocumentation Documentation => ConversationDocumentation.Value;

    public override bool CanBeKey(string text) => ConversationIdRule.IsWellFormed(text);

    public override EventReading<ConversationEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var receivedAt = defaults.ReceivedAt ?? defaults.Time;
        if (defaults.Kind == ConversationTopics.ErasureKind) return defaults.Take(new ConversationEvent(null, receivedAt));
        var read = MessageReader.Read(json, defaults.Key, defaults.Id, defaults.Time, defaults.LatestTime);
        return new(new ConversationEvent(read.Message, receivedAt), read.ConversationId, read.Id, read.Time, [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
    }

    public override Applied<ConversationState, ContextChange> Apply(ConversationState state, ConversationEvent @event, ConversationFacts facts)
    {
        if (@event.Message is not { } message) return Erase(state, ContextChangeKind.Erased, @event.ReceivedAt);
        var (next, change) = ConversationRules.Say(state, message, @event.ReceivedAt);
        // One timer, set again when it comes due and not with each message.
        return state.HasTimer
            ? new(next, Outputs(change))
            : new(next with { HasTimer = true }, Outputs(change)) { Timers = [new(ConversationTopics.RetentionTimer, next.LastReceivedAt + facts.Retention)] };
    }

    public override Applied<ConversationState, ContextChange> Apply(ConversationState state, TimerDue timer, ConversationFacts facts)
    {
        var end = state.LastReceivedAt + facts.Retention;
        return end > timer.DueAt && !state.IsEmpty
            ? new(state, []) { Timers = [new(ConversationTopics.RetentionTimer, end)] }
            : Erase(state, ContextChangeKind.Expired, timer.DueAt) with { Timers = [] };
    }

    public override string IdOf(ContextChange output) => output.MessageId;

    public override OutputContent ToContent(ContextChange output, in OutputOrigin<ConversationFacts> origin) =>
        new(JsonSerializer.SerializeToUtf8Bytes(ContextChangeView.Of(output, origin), ConversationJson.Default.ContextChangeView), output.Time)
        {
            Headers = [new(ConversationTopics.ChangeHeader, ContextChangeView.NameOf(output.Kind))],
        };

    public override byte[] ToJson(ConversationState state, in StateOrigin origin) =>
        JsonSerializer.SerializeToUtf8Bytes(ConversationView.Of(state, origin), ConversationJson.Default.ConversationView);

    private static Applied<ConversationState, ContextChange> Erase(ConversationState state, ContextChangeKind kind, DateTimeOffset time)
    {
        var (next, change) = ConversationRules.Erase(state, kind, time);
        return new(next, Outputs(change)) { Timers = [new(ConversationTopics.RetentionTimer, null)] };
    }

    private static ImmutableArray<ContextChange> Outputs(ContextChange? change) => change is null ? [] : [change];
}
