using System.Collections.Immutable;

namespace OrleansStream.Domain.Conversations.Topics;

/// <summary>What a conversation is about: the words that weigh most, each the less the longer ago it was said.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.Topic")]
public sealed record Topic
{
    /// <summary>One or two words as they were said; null until something was said that has any.</summary>
    [Id(0)] public string? Label { get; init; }

    /// <summary>What it was about before it changed.</summary>
    [Id(1)] public string? Previous { get; init; }

    /// <summary>How often it changed.</summary>
    [Id(2)] public int Shifts { get; init; }

    /// <summary>Bounded; heaviest first.</summary>
    [Id(3)] public ImmutableArray<TopicTerm> Terms { get; init; } = [];

    /// <summary>Messages of the user in a row that had nothing of the topic.</summary>
    [Id(4)] public int Strangers { get; init; }

    public static Topic None { get; } = new();
}

/// <param name="Term">Lower case.</param>
/// <param name="Weight">Messages it counts for now.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.TopicTerm")]
public readonly record struct TopicTerm([property: Id(0)] string Term, [property: Id(1)] float Weight);
