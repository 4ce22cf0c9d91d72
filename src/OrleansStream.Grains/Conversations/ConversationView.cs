using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Conversations;

/// <summary>A conversation without its messages.</summary>
/// <param name="ConversationId">Its id.</param>
/// <param name="MessageCount">Messages kept.</param>
/// <param name="Forgotten">Messages that fell out.</param>
/// <param name="FirstAt">The oldest kept.</param>
/// <param name="LastAt">The newest.</param>
/// <param name="Facts">What holds.</param>
/// <param name="Topic">What it is about.</param>
/// <param name="Version">Changes of its context.</param>
/// <param name="AppliedPosition">The last position that this contains.</param>
public sealed record ConversationView(
    string ConversationId, int MessageCount, long Forgotten, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, IReadOnlyDictionary<string, string> Facts, string? Topic, long Version,
    string AppliedPosition)
{
    public static ConversationView Of(ConversationState state, in StateOrigin origin) => new(
        origin.Key, state.Messages.Length + state.Pinned.Length, state.Forgotten, state.Messages.IsEmpty ? null : state.Messages[0].Time, state.Messages.IsEmpty ? null : state.Messages[^1].Time,
        FactsOf(state.After.Dialogue.Facts), state.After.Topic.Label, state.Version, origin.Applied.ToString());

    internal static Dictionary<string, string> FactsOf(IEnumerable<Fact> facts) => facts.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}

/// <summary>That a context changed, as its topic has it.</summary>
public sealed record ContextChangeView(
    string ConversationId, string Change, long Version, string? MessageId, IReadOnlyList<string> ChangedFacts, bool IsTopicShift, DateTimeOffset Time, string Position)
{
    public static ContextChangeView Of(ContextChange change, in OutputOrigin<ConversationFacts> origin) => new(
        origin.Key, NameOf(change.Kind), change.Version, change.MessageId.Length > 0 ? change.MessageId : null, change.ChangedFacts, change.IsTopicShift, change.Time,
        origin.Position.ToString());

    internal static string NameOf(ContextChangeKind kind) => kind switch { ContextChangeKind.Message => "message", ContextChangeKind.Erased => "erased", _ => "expired" };
}

/// <summary>What a chatbot should be prompted with.</summary>
/// <param name="ConversationId">Whose.</param>
/// <param name="Messages">System text first, then the newest messages that fit, oldest first.</param>
/// <param name="Facts">What holds.</param>
/// <param name="FactSources">Of each fact the message it comes from, and why it counts.</param>
/// <param name="Topic">What it is about; null when nothing was said that tells.</param>
/// <param name="PreviousTopic">Before it changed.</param>
/// <param name="TopicShifts">How often it changed.</param>
/// <param name="Summary">Sentences of what is not in the messages.</param>
/// <param name="Tokens">Of all this, at most <paramref name="MaxTokens"/>.</param>
/// <param name="MaxTokens">What was asked for.</param>
/// <param name="Omitted">Messages that are left out.</param>
/// <param name="OmittedFacts">Facts that did not fit.</param>
/// <param name="Version">Changes of the context so far.</param>
/// <param name="AppliedPosition">The last position that this contains.</param>
public sealed record ContextView(
    string ConversationId, IReadOnlyList<MessageView> Messages, IReadOnlyDictionary<string, string> Facts, IReadOnlyDictionary<string, FactSourceView> FactSources, string? Topic, string? PreviousTopic,
    int TopicShifts, string Summary, int Tokens, int MaxTokens, long Omitted, int OmittedFacts, long Version, string AppliedPosition)
{
    public static ContextView Of(string conversationId, ConversationState state, PromptContext context, int maxTokens, string appliedPosition) => new(
        conversationId, [.. context.Messages.Select(MessageView.Of)], ConversationView.FactsOf(context.Facts),
        context.Facts.ToDictionary(f => f.Name, f => new FactSourceView(f.MessageId, f.Basis switch { FactBasis.Said => "said", FactBasis.Answered => "answered", FactBasis.Accepted => "accepted", _ => "corrected" }), StringComparer.Ordinal),
        state.After.Topic.Label, state.After.Topic.Previous, state.After.Topic.Shifts, context.Summary, context.Tokens, maxTokens, context.Omitted, context.OmittedFacts, state.Version, appliedPosition);
}

/// <param name="Id">Its id.</param>
/// <param name="Role"><c>user|assistant|system|tool</c>.</param>
/// <param name="Content">The text, or its beginning.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Tokens">What it costs.</param>
/// <param name="Truncated">True when only the beginning fits.</param>
public sealed record MessageView(string Id, string Role, string Content, DateTimeOffset Time, int Tokens, bool? Truncated)
{
    internal static MessageView Of(ContextMessage from) =>
        new(from.Message.Id, RoleNames.Of(from.Message.Role), from.Message.Content, from.Message.Time, from.Tokens, from.IsCut ? true : null);
}

/// <param name="MessageId">The message that made it a fact.</param>
/// <param name="Basis"><c>said|answered|accepted|corrected</c>.</param>
public sealed record FactSourceView(string MessageId, string Basis);

/// <summary>Contexts as JSON, between the grain and whoever uses them.</summary>
public static class ContextViewJson
{
    public static ContextView? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ConversationJson.Default.ContextView);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(ContextChangeView))]
[JsonSerializable(typeof(ContextView))]
internal sealed partial class ConversationJson : JsonSerializerContext;
