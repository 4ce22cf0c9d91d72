using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Json;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Recommendations.Catalog;

/// <summary>An item of the catalogue.</summary>
public sealed record CatalogItem
{
    public required string Id { get; init; }
    public string? Name { get; init; }
    public string? Category { get; init; }
    public double? Price { get; init; }
    public string? Brand { get; init; }
    public string? Url { get; init; }
    public string? ImageUrl { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CatalogJson.Default.CatalogItem);

    public static CatalogItem? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CatalogJson.Default.CatalogItem);
}

/// <summary>A category, and those whose items go with its own.</summary>
public sealed record CatalogCategory
{
    public required string Id { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<string> Complements { get; init; } = [];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CatalogJson.Default.CatalogCategory);

    public static CatalogCategory? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CatalogJson.Default.CatalogCategory);
}

/// <summary>Reads what is handed in for the catalogue: known fields within bounds; the others are passed over.</summary>
public static class CatalogReader
{
    public const int MaxTags = 64, MaxComplements = 64;
    private const int LongestName = 1024, LongestUrl = 2048;

    public static CatalogReading<CatalogItem> ReadItem(ReadOnlySpan<byte> json) => Read(json, fields => new CatalogItem
    {
        Id = fields.Id(), Name = fields.Text("name", LongestName), Category = ShopIds.CategoryOf(fields.Text("category", ShopIds.Longest)), Price = fields.Amount("price"),
        Brand = fields.Text("brand", LongestName), Url = fields.Text("url", LongestUrl), ImageUrl = fields.Text("imageUrl", LongestUrl), Tags = fields.Texts("tags", MaxTags),
    }, item => item.Id);

    public static CatalogReading<CatalogCategory> ReadCategory(ReadOnlySpan<byte> json) => Read(json, fields => new CatalogCategory
    {
        Id = fields.Id(), Name = fields.Text("name", LongestName), Complements = fields.Texts("complements", MaxComplements) ?? [],
    }, category => category.Id);

    private static CatalogReading<T> Read<T>(ReadOnlySpan<byte> json, Func<CatalogFields, T> make, Func<T, string> id) where T : class => JsonObjects.Read(json, "record", root =>
    {
        var fields = new CatalogFields(root);
        var made = make(fields);
        return new(fields.Errors.Count == 0 ? made : null, id(made).Length > 0 ? id(made) : null, [.. fields.Errors]);
    }, (code, detail) => new CatalogReading<T>(null, null, [new ShopError(code, detail)]));
}

/// <param name="Value">Null when there are errors.</param>
/// <param name="Id">Null when it could not be read.</param>
/// <param name="Errors">Everything that is wrong.</param>
public sealed record CatalogReading<T>(T? Value, string? Id, ImmutableArray<ShopError> Errors) where T : class;

/// <summary>Fields of one record, with all that is wrong with them.</summary>
internal sealed class CatalogFields(JsonElement root)
{
    public List<ShopError> Errors { get; } = [];

    public string Id()
    {
        string? id = Text("id", ShopIds.Longest);
        if (id is null) Fail(FieldErrorCodes.MissingField, "id is required.");
        else if (!ShopIds.IsWellFormed(id)) Fail(FieldErrorCodes.InvalidId, "id must be 1 to 256 characters without control characters.");
        return id ?? "";
    }

    public string? Text(string name, int longest) => Find(name) is { } value ? TextOf(value, name, longest) : null;

    public double? Amount(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number is >= 0 and <= 1e12) return number;
        Fail("invalid-" + name, $"{name} must be a number from 0 to 1e12.");
        return null;
    }

    public IReadOnlyList<string>? Texts(string name, int most)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most) return [.. value.EnumerateArray().Select(v => TextOf(v, name, ShopIds.Longest)).OfType<string>()];
        Fail("invalid-" + name, $"{name} must be a list of at most {most} texts.");
        return null;
    }

    private JsonElement? Find(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? TextOf(JsonElement value, string name, int longest)
    {
        if (value.ValueKind == JsonValueKind.Number) return value.GetRawText();
        if (value.ValueKind != JsonValueKind.String || !JsonTexts.TryRead(value, out string text))
        {
            Fail(FieldErrorCodes.InvalidType, $"{name} must be a string.");
            return null;
        }
        if (text.Length <= longest) return text.Length == 0 ? null : text;
        Fail(FieldErrorCodes.FieldTooLong, $"{name} must be at most {longest} characters.");
        return null;
    }

    private void Fail(string code, string detail) => Errors.Add(new ShopError(code, detail));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogItem))]
[JsonSerializable(typeof(CatalogCategory))]
internal sealed partial class CatalogJson : JsonSerializerContext;
