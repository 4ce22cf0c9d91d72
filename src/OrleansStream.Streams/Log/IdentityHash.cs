using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansStream.Streams.Log;

/// <summary>
/// A record's identity, (key, source, id) and what it redrives, in 128 bits: XXH128 over the texts with separators that cannot occur inside UTF-8. Two different
/// identities have the same hash about never: among a billion with a probability of 10⁻²¹.
/// </summary>
public static class IdentityHash
{
    private const byte Separator = 0xff;
    private const int OnStack = 1024;

    public static UInt128 Of(LogRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Of(record.Key, record.Source, record.Id, record.Headers.Length == 0 ? null : record.Header(LogHeaders.RedriveOf));
    }

    /// <param name="key">The key.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="id">Its id there.</param>
    /// <param name="redriveOf">What it redrives; null for nothing.</param>
    [SkipLocalsInit]
    public static UInt128 Of(string key, string source, string id, string? redriveOf = null)
    {
        int max = 3 * (key.Length + source.Length + id.Length + (redriveOf?.Length ?? 0)) + 3;
        Span<byte> buffer = max <= OnStack ? stackalloc byte[OnStack] : new byte[max];
        int n = Encoding.UTF8.GetBytes(key, buffer);
        buffer[n++] = Separator;
        n += Encoding.UTF8.GetBytes(source, buffer[n..]);
        buffer[n++] = Separator;
        n += Encoding.UTF8.GetBytes(id, buffer[n..]);
        if (redriveOf is not null)
        {
            buffer[n++] = Separator;
            n += Encoding.UTF8.GetBytes(redriveOf, buffer[n..]);
        }
        return XxHash128.HashToUInt128(buffer[..n]);
    }

    /// <summary>The same of a record as it lies in a file.</summary>
    [SkipLocalsInit]
    public static UInt128 Of(RecordIdentity identity)
    {
        int length = identity.Key.Length + identity.Source.Length + identity.Id.Length + identity.RedriveOf.Length + 3;
        Span<byte> buffer = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        int n = 0;
        Add(buffer, identity.Key, ref n);
        buffer[n++] = Separator;
        Add(buffer, identity.Source, ref n);
        buffer[n++] = Separator;
        Add(buffer, identity.Id, ref n);
        if (identity.IsRedrive)
        {
            buffer[n++] = Separator;
            Add(buffer, identity.RedriveOf, ref n);
        }
        return XxHash128.HashToUInt128(buffer[..n]);
    }

    private static void Add(Span<byte> buffer, ReadOnlySpan<byte> text, ref int n)
    {
        text.CopyTo(buffer[n..]);
        n += text.Length;
    }
}
