using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Conversations.Topics;

namespace OrleansStream.Domain.Conversations;

/// <summary>One conversation: its newest messages in their order, and what all of them say.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.ConversationState")]
public sealed record ConversationState
{
    /// <summary>Messages kept, system text apart.</summary>
    public const int MaxMessages = 200;

    /// <summary>Characters of the messages kept; a longest message alone may fill it.</summary>
    public const int MaxCharacters = 32_768;

    /// <summary>System texts kept, the newest.</summary>
    public const int MaxPinned = 4;

    /// <summary>Sentences kept of messages that are no longer.</summary>
    public const int MaxDigest = 12;

    /// <summary>By time, then by id; without system text.</summary>
    [Id(0)] public ImmutableArray<Message> Messages { get; init; } = [];

    /// <summary>System text, in order.</summary>
    [Id(1)] public ImmutableArray<Message> Pinned { get; init; } = [];

    /// <summary>What held before the first of <see cref="Messages"/>: a late message is taken in from there.</summary>
    [Id(2)] public Understanding Before { get; init; } = Understanding.Empty;

    /// <summary>What holds after the last.</summary>
    [Id(3)] public Understanding After { get; init; } = Understanding.Empty;

    /// <summary>The most telling sentences of messages that fell out.</summary>
    [Id(4)] public ImmutableArray<DigestLine> Digest { get; init; } = [];

    /// <summary>Messages that fell out.</summary>
    [Id(5)] public long Forgotten { get; init; }

    /// <summary>Changes of the context, erasures too.</summary>
    [Id(6)] public long Version { get; init; }

    /// <summary>When the newest message was handed in: from then on retention counts.</summary>
    [Id(7)] public DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>Whether its timer is set.</summary>
    [Id(8)] public bool HasTimer { get; init; }

    public static ConversationState Empty { get; } = new();

    /// <summary>Nothing was said, or all of it was erased.</summary>
    public bool IsEmpty => Messages.IsEmpty && Pinned.IsEmpty;
}

/// <summary>What is understood of a conversation up to a message.</summary>
/// <param name="Dialogue">Facts, and what is open.</param>
/// <param name="Topic">What it is about.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.Understanding")]
public sealed record Understanding([property: Id(0)] DialogueState Dialogue, [property: Id(1)] Topic Topic)
{
    public static Understanding Empty { get; } = new(DialogueState.Empty, Topic.None);

    public Understanding With(Message message) => new(DialogueRules.After(Dialogue, message), TopicRules.After(Topic, message));
}

/// <summary>A sentence of a message that fell out.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">The sentence, cut to <see cref="Context.Sentences.MaxLength"/>.</param>
/// <param name="Score">How telling it was among its neighbours.</param>
/// <param name="Time">When it was said.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.DigestLine")]
public sealed record DigestLine(
    [property: Id(0)] MessageRole Role, [property: Id(1)] string Text, [property: Id(2)] float Score, [property: Id(3)] DateTimeOffset Time);
