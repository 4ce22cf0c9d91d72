namespace OrleansStream.Domain.Conversations.Messages;

/// <summary>Roles as the API writes them.</summary>
public static class RoleNames
{
    public const string All = "user, assistant, system, tool";

    public static string Of(MessageRole role) => role switch
    {
        MessageRole.User => "user",
        MessageRole.Assistant => "assistant",
        MessageRole.System => "system",
        _ => "tool",
    };

    public static MessageRole? Parse(string text) => text switch
    {
        "user" => MessageRole.User,
        "assistant" => MessageRole.Assistant,
        "system" => MessageRole.System,
        "tool" => MessageRole.Tool,
        _ => null,
    };
}
