using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Conversations;

/// <summary>What happens to a conversation.</summary>
/// <param name="Message">What was said; null when everything is to be erased.</param>
/// <param name="ReceivedAt">When it was handed in.</param>
public readonly record struct ConversationEvent(Message? Message, DateTimeOffset ReceivedAt);

/// <summary>What changed.</summary>
public enum ContextChangeKind
{
    /// <summary>A message took its place.</summary>
    Message,

    /// <summary>Somebody asked for it.</summary>
    Erased,

    /// <summary>Nobody said anything for as long as conversations are kept.</summary>
    Expired,
}

/// <summary>The context changed. Has nothing of what was said, so that what is erased is not kept here.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.ContextChange")]
public sealed record ContextChange
{
    [Id(0)] public required ContextChangeKind Kind { get; init; }

    /// <summary>The version after it.</summary>
    [Id(1)] public required long Version { get; init; }

    /// <summary>The message; empty when it was no message.</summary>
    [Id(2)] public string MessageId { get; init; } = "";

    /// <summary>Names of facts that have another value or none than before.</summary>
    [Id(3)] public System.Collections.Immutable.ImmutableArray<string> ChangedFacts { get; init; } = [];

    /// <summary>Another topic began.</summary>
    [Id(4)] public bool IsTopicShift { get; init; }

    /// <summary>When it was.</summary>
    [Id(5)] public DateTimeOffset Time { get; init; }
}
