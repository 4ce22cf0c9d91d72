using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Streams.Log;

/// <summary>
/// A record's identity, (key, source, id) and what it redrives, in 128 bits: XXH128 over the texts with separators that cannot occur inside UTF-8. Two different
/// identities have the same hash about never: among a billion with a probability of 10⁻²¹.
/// </summary>
public static class IdentityHash
{
    public static UInt128 Of(LogRecord record)
    {
        string? redriveOf = record.Headers.Length == 0 ? null : record.Header(LogHeaders.RedriveOf);
        int max = 3 * (record.Key.Length + record.Source.Length + record.Id.Length + (redriveOf?.Length ?? 0)) + 3;
        Span<byte> buffer = max <= 512 ? stackalloc byte[512] : new byte[max];
        int n = Encoding.UTF8.GetBytes(record.Key, buffer);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(record.Source, buffer[n..]);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(record.Id, buffer[n..]);
        if (redriveOf is not null)
        {
            buffer[n++] = 0xff;
            n += Encoding.UTF8.GetBytes(redriveOf, buffer[n..]);
        }
        return XxHash128.HashToUInt128(buffer[..n]);
    }
}
