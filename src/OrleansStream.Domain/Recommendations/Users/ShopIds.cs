namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>What may name a visitor, an item or a category: ids travel in headers and paths, so control characters are out.</summary>
public static class ShopIds
{
    public const int Longest = 256;

    public static bool IsWellFormed(string id) => id.Length is > 0 and <= Longest && !id.Any(char.IsControl);

    /// <summary>Without blanks around it; null when it is no category.</summary>
    public static string? CategoryOf(string? text) => text?.Trim() is { Length: > 0 } category && IsWellFormed(category) ? category : null;
}
