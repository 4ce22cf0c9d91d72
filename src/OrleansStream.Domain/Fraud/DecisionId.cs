using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Domain.Fraud;

/// <summary>The id of a decision, derived from the event's identity: a re-published decision has the same.</summary>
public static class DecisionId
{
    /// <summary>
    /// <c>d-</c> and 32 hexadecimal digits: XXH128 over the three parts as UTF-8, each behind its length, so that
    /// no two triples run into one another. Not a secret: XXH128 is not cryptographic.
    /// </summary>
    public static string For(string cardId, string source, string eventId)
    {
        var hash = new XxHash128();
        Append(hash, cardId);
        Append(hash, source);
        Append(hash, eventId);
        Span<byte> digest = stackalloc byte[16];
        hash.GetCurrentHash(digest);
        return "d-" + Convert.ToHexStringLower(digest);
    }

    private static void Append(XxHash128 hash, string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Span<byte> length = stackalloc byte[sizeof(int)];
        var bytes = Encoding.UTF8.GetBytes(part);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.Append(length);
        hash.Append(bytes);
    }
}
