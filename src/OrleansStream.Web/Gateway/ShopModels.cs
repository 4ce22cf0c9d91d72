using System.Text.Json.Serialization;

namespace OrleansStream.Web.Gateway;

/// <summary><c>GET /v1/catalog/categories</c>.</summary>
public sealed record CategoryList(IReadOnlyList<ShopCategory> Items, string? Next);

public sealed record ShopCategory(string Id, string? Name, IReadOnlyList<string>? Complements);

/// <summary><c>GET /v1/catalog/items</c>.</summary>
public sealed record ItemList(IReadOnlyList<ShopItem> Items, string? Next);

public sealed record ShopItem(string Id, string? Name, string? Category, double? Price, string? Brand);

/// <summary>A message of Segment's spec.</summary>
public sealed record TrackMessage(string Type, string UserId, string MessageId, string Event, DateTimeOffset Timestamp, TrackProperties Properties);

public sealed record TrackProperties([property: JsonPropertyName("product_id")] string ProductId, string? Category, string? Name, double? Price);

/// <summary><c>GET /v1/users/{userId}/recommendations</c>.</summary>
public sealed record RecommendationList(string UserId, IReadOnlyList<Recommendation> Items, string? AppliedPosition);

/// <param name="ItemId">The item.</param>
/// <param name="Score">1 is as sure as it gets.</param>
/// <param name="Reason"><c>session|category|trending|co-viewed</c>.</param>
/// <param name="Because">Items or categories it is for.</param>
public sealed record Recommendation(string ItemId, double Score, string Reason, IReadOnlyList<string> Because);

/// <summary><c>GET /v1/users/{userId}</c>.</summary>
public sealed record ShopUser(string UserId, ShopSession? Session, IReadOnlyList<string>? Bought);

public sealed record ShopSession(string Id, IReadOnlyList<ShopStep> Items);

public sealed record ShopStep(string ItemId, string? Category, string Action, DateTimeOffset Time);
