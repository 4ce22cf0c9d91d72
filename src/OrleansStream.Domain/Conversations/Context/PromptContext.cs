using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Conversations.Context;

/// <summary>What a chatbot is prompted with after the last message.</summary>
/// <param name="Messages">System text first, then the newest messages that fit, oldest first.</param>
/// <param name="Facts">What holds, the last one changed last.</param>
/// <param name="Summary">The most telling sentences of what is not in <paramref name="Messages"/>, one a line; empty when nothing is missing or nothing fits.</param>
/// <param name="Tokens">Of messages, facts and summary together: never more than was allowed.</param>
/// <param name="Omitted">Messages that are not in it.</param>
/// <param name="OmittedFacts">Facts that did not fit.</param>
public sealed record PromptContext(
    ImmutableArray<ContextMessage> Messages, ImmutableArray<Fact> Facts, string Summary, int Tokens, long Omitted, int OmittedFacts);

/// <param name="Message">As it was said, or cut.</param>
/// <param name="Tokens">What it costs.</param>
/// <param name="IsCut">It did not fit as a whole.</param>
public readonly record struct ContextMessage(Message Message, int Tokens, bool IsCut);
