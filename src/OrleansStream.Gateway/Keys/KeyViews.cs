using System.Text.Json.Serialization;

namespace OrleansStream.Gateway.Keys;

/// <summary>A key as it is listed.</summary>
/// <param name="Id">Names it in <c>DELETE /v1/keys/{id}</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is no key.</param>
/// <param name="RevokedAt">Since then it is no key.</param>
internal record KeyView(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    /// <summary>The id of the key that takes its place.</summary>
    public string? ReplacedBy { get; init; }

    public static KeyView Of(ApiKey key) => new(key.Id, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt, key.RevokedAt) { ReplacedBy = key.ReplacedBy };
}

/// <summary>A new key, the only time with its text.</summary>
/// <param name="Id">Names it in <c>DELETE /v1/keys/{id}</c>.</param>
/// <param name="Key">What clients send.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is no key.</param>
internal sealed record NewKey(string Id, string Key, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>Until when the key that it takes the place of is valid.</summary>
    public DateTimeOffset? ReplacedExpiresAt { get; init; }
}

/// <param name="Items">Newest first.</param>
/// <param name="Next">Always null: all keys are in one answer.</param>
internal sealed record KeyPage(IReadOnlyList<KeyView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
