using System.Buffers;
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
        ArgumentNullException.ThrowIfNull(cardId);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(eventId);
        int most = 3 * sizeof(int) + Encoding.UTF8.GetMaxByteCount(cardId.Length + source.Length + eventId.Length);
        byte[]? rented = most > 1_024 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> parts = rented ?? stackalloc byte[1_024];
        int length = Append(parts, 0, cardId);
        length = Append(parts, length, source);
        length = Append(parts, length, eventId);
        Span<byte> digest = stackalloc byte[16];
        XxHash128.Hash(parts[..length], digest);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return "d-" + Convert.ToHexStringLower(digest);
    }

    private static int Append(Span<byte> parts, int at, string part)
    {
        int length = Encoding.UTF8.GetBytes(part, parts[(at + sizeof(int))..]);
        BinaryPrimitives.WriteInt32LittleEndian(parts[at..], length);
        return at + sizeof(int) + length;
    }
}
