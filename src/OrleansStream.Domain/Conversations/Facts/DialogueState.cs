using System.Collections.Immutable;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>What holds after a message, and what it leaves open.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.DialogueState")]
public sealed record DialogueState
{
    /// <summary>Each name once; the one that changed last is the last.</summary>
    [Id(0)] public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>What the assistant asked for and has no answer to.</summary>
    [Id(1)] public ImmutableArray<string> Asked { get; init; } = [];

    /// <summary>What the assistant offered last.</summary>
    [Id(2)] public ImmutableArray<Offer> Offers { get; init; } = [];

    /// <summary>What is counted: <see cref="FactNames.Tickets"/>, <see cref="FactNames.People"/>, or null when nothing said so.</summary>
    [Id(3)] public string? Kind { get; init; }

    /// <summary>Whether the last message was the assistant's: then another one goes on with it.</summary>
    [Id(4)] public bool IsAssistants { get; init; }

    public static DialogueState Empty { get; } = new();

    public Fact? this[string name] => Facts.FirstOrDefault(f => f.Name == name);

    /// <summary>The fact that is a number of tickets or people.</summary>
    public Fact? Count => Facts.LastOrDefault(f => f.Name is FactNames.Tickets or FactNames.People);
}
