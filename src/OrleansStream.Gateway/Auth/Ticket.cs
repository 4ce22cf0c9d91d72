using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansStream.Gateway.Auth;

/// <summary>
/// What opens an event stream for a short time where a client cannot send a key: a browser's EventSource. Signed with the hash of the key it was made with, which
/// every gateway has: it works at any of them and dies with its key. It carries <see cref="Scope.Read"/> only, and only on event streams.
/// </summary>
internal sealed class Ticket(Callers callers, TimeProvider time)
{
    public const string Parameter = "ticket";
    public const string Cookie = "orleansstream_ticket";
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary><c>keyId.expiry.signature</c>, the expiry in Unix milliseconds.</summary>
    public static string Create(Caller caller, DateTimeOffset expiresAt)
    {
        long expiry = expiresAt.ToUnixTimeMilliseconds();
        return FormattableString.Invariant($"{caller.KeyId}.{expiry}.{Base64Url.EncodeToString(Sign(caller, expiry))}");
    }

    /// <summary>Who it was made for; null when it is not valid, or not any more.</summary>
    public Caller? Read(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 3 || !long.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out long expiry)) return null;
        if (expiry < time.GetUtcNow().ToUnixTimeMilliseconds() || callers.OfId(parts[0]) is not { } caller || !caller.Scopes.Contains(Scope.Read)) return null;
        var signature = new byte[SHA256.HashSizeInBytes];
        if (!Base64Url.TryDecodeFromChars(parts[2], signature, out int length) || length != signature.Length) return null;
        return CryptographicOperations.FixedTimeEquals(signature, Sign(caller, expiry)) ? caller with { Scopes = [Scope.Read] } : null;
    }

    private static byte[] Sign(Caller caller, long expiry)
    {
        byte[] id = Encoding.ASCII.GetBytes(caller.KeyId);
        Span<byte> signed = stackalloc byte[id.Length + sizeof(long)];
        id.CopyTo(signed);
        BinaryPrimitives.WriteInt64BigEndian(signed[id.Length..], expiry);
        return HMACSHA256.HashData(caller.Hash, signed);
    }
}
