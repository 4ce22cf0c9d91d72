using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Remembers where the last N distinct (key, source, id) of a partition stand: hash128 → offset, oldest forgotten first.
/// About 56 bytes an entry. Not thread-safe: its partition's lock guards it.
/// </summary>
internal sealed class DeduplicationIndex(int capacity)
{
    private readonly Dictionary<UInt128, long> _offsets = [];
    private readonly Queue<UInt128> _order = new();

    public int Count => _offsets.Count;

    /// <summary>The identity's hash: XXH128 over the three texts with separators that cannot occur inside UTF-8 text.</summary>
    public static UInt128 Hash(string key, string source, string id)
    {
        int max = 3 * (key.Length + source.Length + id.Length) + 2;
        Span<byte> buffer = max <= 1024 ? stackalloc byte[1024] : new byte[max];
        int n = Encoding.UTF8.GetBytes(key, buffer);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(source, buffer[n..]);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(id, buffer[n..]);
        return XxHash128.HashToUInt128(buffer[..n]);
    }

    /// <summary>The offset of the first record of this identity; when there is none, <paramref name="next"/> becomes it.</summary>
    /// <returns>True when the identity was known.</returns>
    public bool GetOrAdd(UInt128 identity, long next, out long offset)
    {
        ref long slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_offsets, identity, out bool known);
        if (!known)
        {
            slot = next;
            _order.Enqueue(identity);
        }
        offset = slot;
        if (!known && _order.Count > capacity) _offsets.Remove(_order.Dequeue());
        return known;
    }
}
