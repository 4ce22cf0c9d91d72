using static OrleansStream.Cli.Sending.Mapping.TargetField;
using static OrleansStream.Cli.Sending.Mapping.ValueKind;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>The fields of <c>POST /v1/clicks</c>, and what they are called in files met in the wild.</summary>
internal static class ClickFields
{
    public static readonly IReadOnlyList<TargetField> All =
    [
        Of("id", Text, "message_id", "event_id"),
        // Where a file has both, the session is who clicks: its visitors may be unknown.
        Of("userId", Text, "session_id", "session", "visitor_id", "anonymous_id", "customer_id"),
        Of("itemId", Text, "item", "product_id", "sku", "article_id", "aid"),
        Of("category", Text, "category_id", "item_category"),
        Of("action", Text),
        Of("time", Time, "timestamp", "ts", "unix_time", "event_time"),
    ];
}
