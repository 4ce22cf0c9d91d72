using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Auth;

/// <summary>Where clients put their key: <c>X-Api-Key</c>, <c>Authorization: Bearer</c>, or Basic as user name (Segment's SDKs) or password (Prometheus, amtool).</summary>
internal static class PresentedKey
{
    private const int MaxLength = 512;

    /// <summary>Every text of the request that may be a key; more than one for Basic with user name and password.</summary>
    public static IEnumerable<string> Of(HttpRequest request)
    {
        string key = request.Headers["X-Api-Key"].ToString();
        if (key.Length > 0) return Bounded(key);
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Bounded(authorization["Bearer ".Length..].Trim());
        if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return Bounded(Basic(authorization["Basic ".Length..].Trim()));
        return [];
    }

    private static IEnumerable<string> Bounded(params IEnumerable<string> texts) => texts.Where(t => t.Length is > 0 and <= MaxLength);

    private static string[] Basic(string encoded)
    {
        if (encoded.Length > 2 * MaxLength) return [];
        try
        {
            string pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
            int colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? [pair] : [pair[..colon], pair[(colon + 1)..]];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
