using System.Buffers.Binary;
using System.Text;

namespace OrleansStream.Domain.Observability.Packing;

/// <summary>
/// Writes numbers in few bytes: integers as 7 bits a byte, signed ones zigzag. What a service keeps is written again with each of its checkpoints, so bytes are what it
/// costs. Sections have a number and a length, so that an earlier release passes over what it does not know.
/// </summary>
internal sealed class PackWriter
{
    /// <summary>Bytes of a section's length: always as many, so that it can be filled in afterwards. 2 MiB.</summary>
    private const int LengthBytes = 3;
    private byte[] _bytes = new byte[2048];
    private int _at;

    public byte[] ToArray() => _bytes.AsSpan(0, _at).ToArray();

    public void UInt(ulong value)
    {
        Need(10);
        for (; value >= 0x80; value >>= 7) _bytes[_at++] = (byte)(value | 0x80);
        _bytes[_at++] = (byte)value;
    }

    /// <summary>Not negative; what is becomes 0.</summary>
    public void Count(long value) => UInt((ulong)Math.Max(0, value));

    public void Int(long value) => UInt((ulong)((value << 1) ^ (value >> 63)));

    public void Fixed(ulong value)
    {
        Need(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_at), value);
        _at += 8;
    }

    /// <summary>A whole number of up to 2^53 takes its varint; any other number nine bytes.</summary>
    public void Number(double value)
    {
        if (Math.Abs(value) < 1L << 53 && value == Math.Truncate(value) && !(value == 0 && double.IsNegative(value)))
        {
            long whole = (long)value;
            UInt(((ulong)((whole << 1) ^ (whole >> 63)) << 1) | 1);
            return;
        }
        UInt(0);
        Fixed((ulong)BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>To single precision.</summary>
    public void Single(double value)
    {
        Need(4);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.AsSpan(_at), (float)value);
        _at += 4;
    }

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        Need(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_at));
        _at += bytes.Length;
    }

    public void Section(int number, Action<PackWriter> content)
    {
        Count(number);
        Need(LengthBytes);
        int start = _at += LengthBytes;
        content(this);
        int length = _at - start;
        if (length >= 1 << (7 * LengthBytes)) throw new InvalidOperationException("A section is too long.");
        for (int i = 0; i < LengthBytes; i++) _bytes[start - LengthBytes + i] = (byte)(((length >> (7 * i)) & 0x7F) | (i < LengthBytes - 1 ? 0x80 : 0));
    }

    private void Need(int bytes)
    {
        if (_at + bytes > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _at + bytes));
    }
}
