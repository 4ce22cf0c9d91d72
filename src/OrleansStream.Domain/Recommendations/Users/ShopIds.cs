using System.Text.Json;

namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>What may name a visitor, an item or a category: ids travel in headers and paths, so control characters are out.</summary>
public static class ShopIds
{
    public const int Longest = 256;

    /// <summary>What is said of a member whose name is no text.</summary>
    internal const string SpoiledName = "The record has a name with half of a surrogate pair.";

    public static bool IsWellFormed(string id) => id.Length is > 0 and <= Longest && !id.Any(char.IsControl);

    /// <summary>Without blanks around it; null when it is no category.</summary>
    public static string? CategoryOf(string? text) => text?.Trim() is { Length: > 0 } category && IsWellFormed(category) ? category : null;

    /// <summary>False for what JSON can write and no text can be: half a surrogate pair, or bytes that are not UTF-8.</summary>
    public static bool TryText(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
