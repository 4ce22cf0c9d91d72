using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>Messages of a conversation, and its context.</summary>
internal sealed class ConversationCalls(GatewayClient gateway)
{
    /// <summary>Null when nothing was said yet.</summary>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task<ChatContext?> FindAsync(string conversation, CancellationToken cancellationToken) =>
        gateway.FindAsync($"{Path(conversation)}/context", GatewayJson.Default.ChatContext, cancellationToken);

    /// <summary>Says something, and returns when it is durable.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task SayAsync(string conversation, string role, string content, CancellationToken cancellationToken) =>
        gateway.DoAsync(HttpMethod.Post, $"{Path(conversation)}/messages", JsonSerializer.Serialize(new ChatMessage(role, content), GatewayJson.Default.ChatMessage), cancellationToken);

    /// <summary>False when no chat model is configured.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<bool> ReplyAsync(string conversation, CancellationToken cancellationToken)
    {
        using var response = await gateway.SendAsync(HttpMethod.Post, $"{Path(conversation)}/reply", null, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <inheritdoc cref="FindAsync"/>
    public Task EraseAsync(string conversation, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Delete, Path(conversation), null, cancellationToken);

    /// <summary>Where changes of the context come from.</summary>
    public static string Stream(string conversation) => $"{Path(conversation)}/stream";

    private static string Path(string conversation) => $"/v1/conversations/{Uri.EscapeDataString(conversation)}";
}
