using System.Collections.Immutable;
using System.Text.Json;
using OrleansStream.Domain.Json;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Recommendations.Segment;

/// <summary>What a message of Segment's spec comes with from its request.</summary>
/// <param name="Type">By the route; null where each message says it.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="SentAt">By the sender's clock; null when the request does not say, and then the message may.</param>
/// <param name="MaxLead">How far ahead of the clock a time may be.</param>
public readonly record struct SegmentContext(string? Type, DateTimeOffset ReceivedAt, DateTimeOffset? SentAt, TimeSpan MaxLead);

/// <summary>What reading a message gave.</summary>
/// <param name="Event">Null when there are errors.</param>
/// <param name="MessageId">Null when it has none that can be used.</param>
/// <param name="Consents">False when the visitor does not want to be remembered: the event goes nowhere.</param>
/// <param name="Errors">Everything that is wrong.</param>
public sealed record SegmentReading(ShopEvent? Event, string? MessageId, bool Consents, ImmutableArray<ShopError> Errors);

/// <summary>
/// Reads a message of Segment's spec (https://segment.com/docs/connections/spec): track, identify, alias, page, screen, group; of track the events of its e-commerce part.
/// Whatever else a message has is passed over.
/// </summary>
public sealed class SegmentMessage
{
    private const int LongestMessageId = 256, LongestEvent = 256;
    private static readonly string[] Types = ["track", "identify", "alias", "page", "screen", "group"];
    private readonly JsonElement _root;
    private readonly List<ShopError> _errors = [];

    private SegmentMessage(JsonElement root) => _root = root;

    /// <summary>Never throws for what it reads.</summary>
    public static SegmentReading Read(ReadOnlySpan<byte> json, SegmentContext context) =>
        JsonObjects.Read(json, "message", root => new SegmentMessage(root).Read(context), Refuse);

    /// <summary>
    /// By Segment's rule: what the sender's clock said of the event, moved by how far that clock was off when the message was sent.
    /// </summary>
    public static DateTimeOffset CorrectedTime(DateTimeOffset timestamp, DateTimeOffset? sentAt, DateTimeOffset receivedAt)
    {
        if (sentAt is not { } sent) return timestamp;
        long ticks = timestamp.UtcTicks + (receivedAt.UtcTicks - sent.UtcTicks);
        return ticks > 0 && ticks < DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : timestamp;
    }

    /// <summary>A time of the sender's clock that only corrects: unreadable is as good as missing.</summary>
    public static DateTimeOffset? ReadSentAt(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("sentAt", out var value) && value.ValueKind == JsonValueKind.String && JsonTexts.TryRead(value, out string text)
        && Rfc3339.TryParse(text, out var time) ? time : null;

    private SegmentReading Read(in SegmentContext context)
    {
        string? messageId = Text(_root, "messageId", LongestMessageId);
        string type = context.Type ?? Text(_root, "type", 32)?.ToLowerInvariant() ?? "";
        if (!Types.Contains(type)) Fail(FieldErrorCodes.InvalidType, $"type is one of {string.Join(", ", Types)}.");
        string? userId = Id("userId"), anonymousId = Id("anonymousId");
        var time = ReadTime(context);
        var read = type switch
        {
            "track" => Track(userId ?? anonymousId, time),
            "identify" => Identify(anonymousId, userId, time),
            "alias" => Identify(Id("previousId"), userId, time),
            _ => new ShopEvent { UserId = userId ?? anonymousId ?? "", Action = ShopAction.Other, Time = time },
        };
        if (read.UserId.Length == 0 && _errors.Count == 0)
            Fail(FieldErrorCodes.MissingField, type == "alias" ? "previousId and userId are required." : "userId or anonymousId is required.");
        return new SegmentReading(_errors.Count > 0 ? null : read, messageId, Consents(), [.. _errors]);
    }

    private ShopEvent Track(string? user, DateTimeOffset time)
    {
        string? name = Text(_root, "event", LongestEvent);
        if (name is null) Fail(FieldErrorCodes.MissingField, "event is required.");
        var action = ActionOf(name ?? "");
        var items = action == ShopAction.Other ? [] : Items(action);
        if (action != ShopAction.Other && items.Count == 0 && _errors.Count == 0)
            Fail(FieldErrorCodes.MissingField, action == ShopAction.Order ? "properties.products with a product_id each is required." : "properties.product_id is required.");
        return new ShopEvent { UserId = user ?? "", Action = action, Time = time, Items = items };
    }

    /// <summary>Who was only a browser is somebody; without one there is nobody to join.</summary>
    private ShopEvent Identify(string? from, string? to, DateTimeOffset time) => from is null || to is null || from == to
        ? new ShopEvent { UserId = IsAlias ? "" : to ?? from ?? "", Action = ShopAction.Other, Time = time }
        : new ShopEvent { UserId = from, Action = ShopAction.Identify, Target = to, Time = time };

    private bool IsAlias => _root.TryGetProperty("previousId", out _) || (_root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("alias"));

    /// <summary>Names as the spec writes them; case and the kind of gap make no difference.</summary>
    private static ShopAction ActionOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant() switch
    {
        "productviewed" => ShopAction.View,
        "productclicked" => ShopAction.Click,
        "productadded" or "productaddedtowishlist" => ShopAction.Add,
        "productremoved" => ShopAction.Remove,
        "ordercompleted" => ShopAction.Order,
        _ => ShopAction.Other,
    };

    private List<ShopItem> Items(ShopAction action)
    {
        var items = new List<ShopItem>();
        if (!_root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) return items;
        if (action == ShopAction.Order && properties.TryGetProperty("products", out var products) && products.ValueKind == JsonValueKind.Array)
        {
            foreach (var product in products.EnumerateArray().Take(ShopEventJson.MaxItems))
                if (product.ValueKind == JsonValueKind.Object) Take(product, items);
        }
        else
        {
            Take(properties, items);
        }
        return items;
    }

    private void Take(JsonElement from, List<ShopItem> items)
    {
        if ((Text(from, "product_id", ShopIds.Longest) ?? Text(from, "productId", ShopIds.Longest)) is not { } id) return;
        if (!ShopIds.IsWellFormed(id)) Fail("invalid-product-id", "product_id must be 1 to 256 characters without control characters.");
        else items.Add(new ShopItem(id, from.TryGetProperty("category", out var value) && value.ValueKind == JsonValueKind.String && JsonTexts.TryRead(value, out string text) ? ShopIds.CategoryOf(text) : null));
    }

    private DateTimeOffset ReadTime(in SegmentContext context)
    {
        string? text = Text(_root, "timestamp", 64) ?? Text(_root, "originalTimestamp", 64);
        if (text is null) return context.ReceivedAt;
        if (!Rfc3339.TryParse(text, out var stamp))
        {
            Fail(FieldErrorCodes.InvalidTime, "timestamp must be ISO 8601 with an offset, as 2026-11-22T10:00:00Z.");
            return context.ReceivedAt;
        }
        var time = CorrectedTime(stamp, ReadSentAt(_root) ?? context.SentAt, context.ReceivedAt);
        if (time > context.ReceivedAt + context.MaxLead) Fail(FieldErrorCodes.TimeInFuture, "timestamp is too far ahead of the server's clock.");
        return time;
    }

    /// <summary>
    /// <c>user_consent: false</c> in <c>context</c> or <c>properties</c>, or Segment's <c>context.consent.categoryPreferences</c> with nothing but refusals.
    /// </summary>
    private bool Consents()
    {
        if (_root.TryGetProperty("properties", out var properties) && IsRefused(properties)) return false;
        if (!_root.TryGetProperty("context", out var context) || context.ValueKind != JsonValueKind.Object) return true;
        if (IsRefused(context)) return false;
        if (!context.TryGetProperty("consent", out var consent) || consent.ValueKind != JsonValueKind.Object) return true;
        if (!consent.TryGetProperty("categoryPreferences", out var categories) || categories.ValueKind != JsonValueKind.Object) return true;
        bool any = false;
        foreach (var category in categories.EnumerateObject())
        {
            if (category.Value.ValueKind != JsonValueKind.False) return true;
            any = true;
        }
        return !any;
    }

    private static bool IsRefused(JsonElement from) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty("user_consent", out var value) && value.ValueKind == JsonValueKind.False;

    private string? Id(string name)
    {
        if (Text(_root, name, ShopIds.Longest) is not { } id) return null;
        if (ShopIds.IsWellFormed(id)) return id;
        Fail("invalid-user-id", $"{name} must be 1 to 256 characters without control characters.");
        return null;
    }

    /// <summary>A text, or a number as its text; null when it is missing, empty or null.</summary>
    private string? Text(JsonElement from, string name, int longest)
    {
        if (!from.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number) return value.GetRawText() is { Length: <= 64 } number ? number : null;
        if (value.ValueKind != JsonValueKind.String || !JsonTexts.TryRead(value, out string text))
        {
            Fail(FieldErrorCodes.InvalidType, $"{name} must be a string.");
            return null;
        }
        if (text.Length > longest)
        {
            Fail(FieldErrorCodes.FieldTooLong, $"{name} must be at most {longest} characters.");
            return null;
        }
        return text.Length == 0 ? null : text;
    }

    private void Fail(string code, string detail) => _errors.Add(new ShopError(code, detail));

    private static SegmentReading Refuse(string code, string detail) => new(null, null, true, [new ShopError(code, detail)]);
}
