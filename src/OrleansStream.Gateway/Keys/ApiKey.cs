using System.Text.Json.Serialization;

namespace OrleansStream.Gateway.Keys;

/// <summary>A key without its secret: what a record of the topic <c>api-keys</c> holds.</summary>
/// <param name="Id">Public, part of the key's text.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hash">SHA-256 of the key's text.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is no key; null for never.</param>
/// <param name="RevokedAt">Since then it is no key; null when it was not revoked.</param>
internal sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Scopes, byte[] Hash, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    /// <summary>The key that takes its place; null when none does.</summary>
    public string? ReplacedBy { get; init; }

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(List<ApiKey>))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
