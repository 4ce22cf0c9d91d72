using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Keys;

/// <summary>A key as the server shows it; <see cref="Key"/> only when it was just made.</summary>
internal sealed record KeyReply(
    string Id, string? Key, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static string ToJson(KeyReply key) => JsonSerializer.Serialize(key, KeyJson.Default.KeyReply);

    public static string ToJson(KeyPageReply page) => JsonSerializer.Serialize(page, KeyJson.Default.KeyPageReply);
}

/// <param name="Items">Newest first.</param>
internal sealed record KeyPageReply(IReadOnlyList<KeyReply> Items);

/// <summary>The wish for a key.</summary>
internal sealed record KeyRequest(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyReply))]
[JsonSerializable(typeof(KeyPageReply))]
[JsonSerializable(typeof(KeyRequest))]
internal sealed partial class KeyJson : JsonSerializerContext;
