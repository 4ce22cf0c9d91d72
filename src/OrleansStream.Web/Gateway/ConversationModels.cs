namespace OrleansStream.Web.Gateway;

public sealed record ChatMessage(string Role, string Content);

/// <summary><c>GET /v1/conversations/{id}/context</c>: what a chatbot is prompted with.</summary>
public sealed record ChatContext(
    string ConversationId, IReadOnlyList<ContextMessage> Messages, IReadOnlyDictionary<string, string> Facts, IReadOnlyDictionary<string, FactSource>? FactSources, string? Topic, string? Summary, int Tokens,
    int MaxTokens, int Omitted, long Version);

public sealed record ContextMessage(string Id, string Role, string Content, DateTimeOffset Time, int Tokens);

/// <param name="MessageId">Who said it.</param>
/// <param name="Basis"><c>said|answered|corrected|accepted</c>.</param>
public sealed record FactSource(string MessageId, string Basis);
