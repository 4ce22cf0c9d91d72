using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Remembers where the last N distinct identities of a partition stand: hash128 → offset, oldest forgotten first. What was added and did not become
/// durable can be taken back; nothing is forgotten for its sake. 52 to 104 bytes an entry, 66 at a million. Not thread-safe: its partition's lock guards it.
/// </summary>
internal sealed class DeduplicationIndex(int capacity)
{
    private readonly IdentityTable _offsets = new();
    private UInt128[] _order = new UInt128[16];
    private int _oldest;

    public int Count => _offsets.Count;

    public static UInt128 Hash(LogRecord record) => Hash(record.Key, record.Source, record.Id, record.Headers.Length == 0 ? null : record.Header(LogHeaders.RedriveOf));

    /// <summary>The identity's hash: XXH128 over the texts with separators that cannot occur inside UTF-8 text.</summary>
    [SkipLocalsInit]
    public static UInt128 Hash(string key, string source, string id, string? redriveOf = null)
    {
        int max = 3 * (key.Length + source.Length + id.Length + (redriveOf?.Length ?? 0)) + 3;
        Span<byte> buffer = max <= 1024 ? stackalloc byte[1024] : new byte[max];
        int n = Encoding.UTF8.GetBytes(key, buffer);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(source, buffer[n..]);
        buffer[n++] = 0xff;
        n += Encoding.UTF8.GetBytes(id, buffer[n..]);
        if (redriveOf is not null)
        {
            buffer[n++] = 0xff;
            n += Encoding.UTF8.GetBytes(redriveOf, buffer[n..]);
        }
        return XxHash128.HashToUInt128(buffer[..n]);
    }

    /// <summary>The same of a record as it lies in a file.</summary>
    [SkipLocalsInit]
    public static UInt128 Hash(RecordIdentity identity)
    {
        int length = identity.Key.Length + identity.Source.Length + identity.Id.Length + identity.RedriveOf.Length + 3;
        Span<byte> buffer = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        int n = 0;
        Add(buffer, identity.Key, ref n);
        buffer[n++] = 0xff;
        Add(buffer, identity.Source, ref n);
        buffer[n++] = 0xff;
        Add(buffer, identity.Id, ref n);
        if (identity.IsRedrive)
        {
            buffer[n++] = 0xff;
            Add(buffer, identity.RedriveOf, ref n);
        }
        return XxHash128.HashToUInt128(buffer[..n]);
    }

    /// <summary>The offset of the first record of this identity; when there is none, <paramref name="next"/> becomes it.</summary>
    /// <returns>True when the identity was known.</returns>
    public bool GetOrAdd(UInt128 identity, long next, out long offset)
    {
        if (_offsets.GetOrAdd(identity, next, out offset)) return true;
        if (_offsets.Count > _order.Length) Grow();
        _order[(_oldest + _offsets.Count - 1) & (_order.Length - 1)] = identity;
        return false;
    }

    public bool TryGet(UInt128 identity, out long offset) => _offsets.TryGet(identity, out offset);

    /// <summary>Forgets the oldest beyond the capacity. Called when what was added is durable.</summary>
    public void Settle()
    {
        for (; _offsets.Count > capacity; _oldest = (_oldest + 1) & (_order.Length - 1)) _offsets.Remove(_order[_oldest]);
    }

    /// <summary>Takes back what was added last.</summary>
    public void RemoveNewest(int count)
    {
        for (; count > 0 && Count > 0; count--) _offsets.Remove(_order[(_oldest + _offsets.Count - 1) & (_order.Length - 1)]);
    }

    private void Grow()
    {
        // A power of two, so that a mask replaces the division.
        var larger = new UInt128[_order.Length * 2];
        for (int i = 0; i < _order.Length; i++) larger[i] = _order[(_oldest + i) & (_order.Length - 1)];
        (_order, _oldest) = (larger, 0);
    }

    private static void Add(Span<byte> buffer, ReadOnlySpan<byte> text, ref int n)
    {
        text.CopyTo(buffer[n..]);
        n += text.Length;
    }
}
