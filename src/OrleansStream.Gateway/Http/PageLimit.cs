using System.Globalization;

namespace OrleansStream.Gateway.Http;

/// <summary>The <c>limit</c> of a list.</summary>
internal static class PageLimit
{
    public const int Default = 50;
    private const int Max = 500;

    /// <exception cref="RequestRejectedException">It is not a number, or out of bounds.</exception>
    public static int Of(string? text)
    {
        if (text is null) return Default;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= Max
            ? limit
            : throw new RequestRejectedException(400, "invalid-limit", $"limit is a whole number from 1 to {Max}.");
    }
}
