using System.Buffers.Binary;
using System.Text;

namespace OrleansStream.Domain.Observability.Packing;

/// <summary>Reads what <see cref="PackWriter"/> wrote.</summary>
internal ref struct PackReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool IsAtEnd => _at >= _bytes.Length;

    public ulong UInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Next();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw new InvalidDataException("A packed number has no end.");
    }

    public long Count() => (long)UInt();

    /// <summary>A number of items, each of which takes a byte at least: damaged bytes make no endless lists.</summary>
    public int Length()
    {
        ulong length = UInt();
        return length <= (ulong)(_bytes.Length - _at) ? (int)length : throw new InvalidDataException("A packed list is longer than its bytes.");
    }

    public long Int()
    {
        ulong value = UInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Number()
    {
        ulong head = UInt();
        if (head == 0) return BitConverter.Int64BitsToDouble((long)Fixed());
        ulong value = head >> 1;
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public double Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public string Text() => Encoding.UTF8.GetString(Take(Length()));

    public byte[] Bytes() => Take(Length()).ToArray();

    /// <summary>The next section; its content is a reader of its own.</summary>
    public int Section(out PackReader content)
    {
        int number = (int)Count();
        content = new PackReader(Take(Length()));
        return number;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_bytes.Length - _at < length) throw new InvalidDataException("Packed bytes end too early.");
        var taken = _bytes.Slice(_at, length);
        _at += length;
        return taken;
    }

    private byte Next() => _at < _bytes.Length ? _bytes[_at++] : throw new InvalidDataException("Packed bytes end too early.");
}
