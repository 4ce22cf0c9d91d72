using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansStream.Gateway.Auth;

/// <summary>How a key looks: <c>osk_</c>, its public id of 16 hexadecimal digits, <c>_</c>, and 256 random bits in base64url.</summary>
internal static class ApiKeyText
{
    public const string Prefix = "osk_";
    private const int IdLength = 16;
    private const int SecretBytes = 32;

    /// <summary>A new key; only its hash is kept.</summary>
    public static (string Id, string Text) Create()
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>The public id in a key's text; null when it has none.</summary>
    public static string? IdOf(string text)
    {
        int end = Prefix.Length + IdLength;
        if (text.Length <= end || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[end] != '_') return null;
        string id = text[Prefix.Length..end];
        return CanBeId(id) ? id : null;
    }

    public static bool CanBeId(string id) => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower);

    /// <summary>A single hash is enough: what is hashed is random, not a password.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
