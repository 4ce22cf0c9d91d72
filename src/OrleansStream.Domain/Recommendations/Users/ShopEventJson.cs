using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>
/// An event as JSON: <c>{"id","userId","action":"view|click|add|remove|order|identify|other","itemId","category","items":[{"itemId","category"}],"to","time"}</c>. Missing action: a view.
/// </summary>
public static class ShopEventJson
{
    /// <summary>Items of one event that are taken; more are left out.</summary>
    public const int MaxItems = 100;

    private const int LongestText = 256;
    private static readonly string[] Names = ["other", "view", "click", "add", "remove", "order", "identify", "join"];

    public static string NameOf(ShopAction action) => Names[(int)action];

    /// <summary>Reads an event. Never throws for what it reads.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="userId">Who, when the event does not say.</param>
    /// <param name="time">When, if the event does not say.</param>
    /// <param name="latest">A later time is an error; null for what stands in the log.</param>
    public static ShopEventReading Read(ReadOnlySpan<byte> json, string? userId, DateTimeOffset time, DateTimeOffset? latest) =>
        JsonObjects.Read(json, "record", root => new Reader(root, latest).Read(userId, time), ShopEventReading.Refuse);

    public static byte[] Write(ShopEvent @event)
    {
        var document = new EventDocument
        {
            UserId = @event.UserId, Action = NameOf(@event.Action), Time = @event.Time, To = @event.Target, Hops = @event.Hops > 0 ? @event.Hops : null,
            HandOver = @event.HandOver is { } given ? HandOverDocument.Of(given) : null,
        };
        if (@event.Items.Count == 1) document = document with { ItemId = @event.Items[0].Id, Category = @event.Items[0].Category };
        else if (@event.Items.Count > 1) document = document with { Items = [.. @event.Items.Select(i => new ItemDocument(i.Id, i.Category))] };
        return JsonSerializer.SerializeToUtf8Bytes(document, ShopJson.Default.EventDocument);
    }

    private sealed class Reader(JsonElement root, DateTimeOffset? latest)
    {
        private readonly List<ShopError> _errors = [];

        public ShopEventReading Read(string? user, DateTimeOffset time)
        {
            string? id = Text(root, "id");
            string userId = Text(root, "userId") ?? user ?? "";
            if (userId.Length == 0) Fail(FieldErrorCodes.MissingField, "userId is required.");
            else if (!ShopIds.IsWellFormed(userId)) Fail("invalid-user-id", "userId must be 1 to 256 characters without control characters.");
            var action = ReadAction();
            if (Text(root, "time") is { } text)
            {
                if (!Rfc3339.TryParse(text, out time)) Fail(FieldErrorCodes.InvalidTime, "time must be RFC 3339 with an offset, as 2026-11-22T10:00:00Z.");
                else if (time > latest) Fail(FieldErrorCodes.TimeInFuture, "time is too far ahead of the server's clock.");
            }
            var items = ReadItems();
            if (items.Count == 0 && action is not (ShopAction.Other or ShopAction.Identify or ShopAction.Join))
                Fail(FieldErrorCodes.MissingField, "itemId is required.");
            string? target = Text(root, "to");
            if (action == ShopAction.Identify && (target is null || !ShopIds.IsWellFormed(target))) Fail(FieldErrorCodes.MissingField, "to is required: who the visitor is.");
            var handOver = action == ShopAction.Join ? ReadHandOver() : null;
            if (_errors.Count > 0) return new ShopEventReading(null, userId, id, time, [.. _errors]);
            int hops = root.TryGetProperty("hops", out var hop) && hop.ValueKind == JsonValueKind.Number && hop.TryGetInt32(out int passed) && latest is null ? passed : 0;
            var read = new ShopEvent { UserId = userId, Action = action, Time = time, Items = items, Target = target, HandOver = handOver, Hops = hops };
            return new ShopEventReading(read, userId, id, time, []);
        }

        private ShopAction ReadAction()
        {
            if (Text(root, "action") is not { } name) return ShopAction.View;
            int at = Array.IndexOf(Names, name);
            // What one key hands to another is no client's to say.
            if (at >= 0 && (latest is null || at != (int)ShopAction.Join)) return (ShopAction)at;
            Fail("invalid-action", $"action is one of {string.Join(", ", Names.Take(Names.Length - 1))}.");
            return ShopAction.Other;
        }

        private List<ShopItem> ReadItems()
        {
            var items = new List<ShopItem>();
            Take(root, items);
            if (root.TryGetProperty("items", out var several) && several.ValueKind == JsonValueKind.Array)
                foreach (var item in several.EnumerateArray().Take(MaxItems))
                    if (item.ValueKind == JsonValueKind.Object) Take(item, items);
            return items;
        }

        private void Take(JsonElement from, List<ShopItem> items)
        {
            if (Text(from, "itemId") is not { } id) return;
            if (!ShopIds.IsWellFormed(id)) Fail("invalid-item-id", "itemId must be 1 to 256 characters without control characters.");
            else items.Add(new ShopItem(id, ShopIds.CategoryOf(Text(from, "category"))));
        }

        private HandOver? ReadHandOver()
        {
            try
            {
                if (root.TryGetProperty("handOver", out var given) && given.Deserialize(ShopJson.Default.HandOverDocument) is { } document) return document.ToHandOver();
            }
            catch (JsonException)
            {
                // Told below.
            }
            Fail("invalid-hand-over", "There is nothing to hand over.");
            return null;
        }

        /// <summary>A text, or a number as its text; null when it is missing, empty or null.</summary>
        private string? Text(JsonElement from, string name)
        {
            if (!from.TryGetProperty(name, out var value)) return null;
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    return null;
                case JsonValueKind.Number:
                    return value.GetRawText();
                case JsonValueKind.String when JsonTexts.TryRead(value, out string text):
                    if (text.Length > LongestText) Fail(FieldErrorCodes.FieldTooLong, $"{name} must be at most {LongestText} characters.");
                    return text.Length == 0 ? null : text;
                default:
                    Fail(FieldErrorCodes.InvalidType, $"{name} must be a string.");
                    return null;
            }
        }

        private void Fail(string code, string detail) => _errors.Add(new ShopError(code, detail));
    }
}

/// <summary>Why an event is refused.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Detail">For people; never repeats what may be anything.</param>
public readonly record struct ShopError(string Code, string Detail);

/// <param name="Event">Null when there are errors.</param>
/// <param name="UserId">Empty when it could not be read.</param>
/// <param name="Id">Null when it has none.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Errors">Everything that is wrong.</param>
public sealed record ShopEventReading(ShopEvent? Event, string UserId, string? Id, DateTimeOffset Time, ImmutableArray<ShopError> Errors)
{
    internal static ShopEventReading Refuse(string code, string detail) => new(null, "", null, default, [new ShopError(code, detail)]);
}

internal sealed record EventDocument
{
    public required string UserId { get; init; }
    public required string Action { get; init; }
    public required DateTimeOffset Time { get; init; }
    public string? ItemId { get; init; }
    public string? Category { get; init; }
    public List<ItemDocument>? Items { get; init; }
    public string? To { get; init; }
    public int? Hops { get; init; }
    public HandOverDocument? HandOver { get; init; }
}

internal sealed record ItemDocument(string ItemId, string? Category);

internal sealed record HandOverDocument(
    string From, string? SessionId, DateTimeOffset? Start, DateTimeOffset? Last, List<VisitedItem> Items, List<string> Bought, List<Liking> Categories, ActionCounts Counts,
    long Sessions, DateTimeOffset? FirstAt)
{
    public static HandOverDocument Of(HandOver given) => new(
        given.From, given.Session?.Id, given.Session?.Start, given.Session?.Last, [.. given.Session?.Items ?? []], [.. given.Bought], [.. given.Categories], given.Counts,
        given.Sessions, given.FirstAt);

    public HandOver ToHandOver() => new(
        From, SessionId is null ? null : new Visit(SessionId, Start ?? default, Last ?? default, [.. Items]), [.. Bought], [.. Categories], Counts, Sessions, FirstAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(HandOverDocument))]
internal sealed partial class ShopJson : JsonSerializerContext;
