using System.Security.Cryptography;
using System.Text;

namespace OrleansStream.Streams.Log;

/// <summary>
/// Keys name people and cards: logs and traces show their hash. It is the same everywhere, so that whoever has a key finds its lines; whoever has a line and a list of all keys finds
/// the key: it keeps keys out of what is read, stored and sent on, and is no encryption.
/// </summary>
public static class KeyHash
{
    private const int Bytes = 8;

    /// <summary>16 hexadecimal digits.</summary>
    public static string Of(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, Bytes));
    }
}
