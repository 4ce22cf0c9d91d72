namespace OrleansStream.Grains.Conversations;

/// <summary>Topics of conversations.</summary>
public static class ConversationTopics
{
    /// <summary>Messages and erasures, key = conversation. Everything that changes a conversation is a record here.</summary>
    public const string Messages = "messages";

    /// <summary>Changes of contexts, key = conversation; without what was said.</summary>
    public const string Contexts = "contexts";

    /// <summary>The kind of record that erases a conversation.</summary>
    public const string ErasureKind = "conversation-erased";

    /// <summary>The de-duplication source of erasures.</summary>
    public const string ErasureSource = "erasure";

    /// <summary>One key: the type of its grain, which also names its rows.</summary>
    public const string Conversation = "conversation";

    /// <summary>Header of a change: <c>message</c>, <c>erased</c> or <c>expired</c>.</summary>
    public const string ChangeHeader = "change";

    internal const string RetentionTimer = "retention";
}
