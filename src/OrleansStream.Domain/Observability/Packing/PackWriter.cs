using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace OrleansStream.Domain.Observability.Packing;

/// <summary>
/// Writes numbers in few bytes: integers as 7 bits a byte, signed ones zigzag. What a service keeps is written again with each of its checkpoints, so bytes are what it
/// costs. Sections have a number and a length, so that an earlier release passes over what it does not know.
/// </summary>
internal sealed class PackWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void UInt(ulong value)
    {
        var span = _bytes.GetSpan(10);
        int at = 0;
        for (; value >= 0x80; value >>= 7) span[at++] = (byte)(value | 0x80);
        span[at++] = (byte)value;
        _bytes.Advance(at);
    }

    /// <summary>Not negative; what is becomes 0.</summary>
    public void Count(long value) => UInt((ulong)Math.Max(0, value));

    public void Int(long value) => UInt((ulong)((value << 1) ^ (value >> 63)));

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
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
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(4), (float)value);
        _bytes.Advance(4);
    }

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        _bytes.Write(bytes);
    }

    public void Section(int number, Action<PackWriter> content)
    {
        var section = new PackWriter();
        content(section);
        if (section._bytes.WrittenCount == 0) return;
        Count(number);
        Count(section._bytes.WrittenCount);
        _bytes.Write(section._bytes.WrittenSpan);
    }
}
