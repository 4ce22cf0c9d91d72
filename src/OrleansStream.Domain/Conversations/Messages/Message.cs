namespace OrleansStream.Domain.Conversations.Messages;

/// <summary>One message of a conversation.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.Message")]
public sealed record Message
{
    /// <summary>Unique in its conversation.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required MessageRole Role { get; init; }

    [Id(2)] public required string Content { get; init; }

    /// <summary>When it was written.</summary>
    [Id(3)] public required DateTimeOffset Time { get; init; }

    /// <summary>The order of a conversation: by time, and by id where times are the same.</summary>
    public int CompareTo(Message other) => Time != other.Time ? Time.CompareTo(other.Time) : string.CompareOrdinal(Id, other.Id);
}

/// <summary>Who says it.</summary>
public enum MessageRole
{
    User,
    Assistant,

    /// <summary>What the assistant is told to be; it stays in every context.</summary>
    System,

    /// <summary>What a tool answered.</summary>
    Tool,
}
