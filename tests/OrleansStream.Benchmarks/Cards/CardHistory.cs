using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>What is remembered of a card. Bounded: a few kilobytes at most.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.CardHistory")]
internal sealed record CardHistory
{
    private const int HeaderBytes = 52;

    public static CardHistory Empty { get; } = new();

    /// <summary>Payments so far.</summary>
    [Id(0)] public long Count { get; init; }

    /// <summary>Of the amounts, cents.</summary>
    [Id(1)] public double Mean { get; init; }

    /// <summary>The sum of squared distances from the mean (Welford 1962).</summary>
    [Id(2)] public double Squares { get; init; }

    /// <summary>Of the last payment.</summary>
    [Id(3)] public double Lat { get; init; }

    [Id(4)] public double Lon { get; init; }

    [Id(5)] public long Time { get; init; }

    /// <summary>Payments of the last ten minutes, oldest first.</summary>
    [Id(6)] public ImmutableArray<Spend> Recent { get; init; } = [];

    /// <summary>Devices in the order in which they came.</summary>
    [Id(7)] public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>What a larger state would have besides; only the product's is ever larger.</summary>
    [Id(8)] public byte[] Padding { get; init; } = [];

    /// <summary>A compact form for contenders that keep it outside of the process.</summary>
    public byte[] ToBytes()
    {
        int devices = Devices.Sum(d => 1 + Encoding.UTF8.GetByteCount(d));
        var recent = MemoryMarshal.AsBytes(Recent.AsSpan());
        var bytes = new byte[HeaderBytes + recent.Length + devices];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Count);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), Mean);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), Squares);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(24), Lat);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(32), Lon);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), Time);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(48), (short)Recent.Length);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(50), (short)Devices.Length);
        recent.CopyTo(bytes.AsSpan(HeaderBytes));
        int at = HeaderBytes + recent.Length;
        foreach (string device in Devices)
        {
            bytes[at] = (byte)Encoding.UTF8.GetBytes(device, bytes.AsSpan(at + 1));
            at += 1 + bytes[at];
        }
        return bytes;
    }

    public static CardHistory FromBytes(ReadOnlySpan<byte> bytes)
    {
        int recent = BinaryPrimitives.ReadInt16LittleEndian(bytes[48..]), at = HeaderBytes + recent * Marshal.SizeOf<Spend>();
        var devices = new string[BinaryPrimitives.ReadInt16LittleEndian(bytes[50..])];
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = Encoding.UTF8.GetString(bytes.Slice(at + 1, bytes[at]));
            at += 1 + bytes[at];
        }
        return new CardHistory
        {
            Count = BinaryPrimitives.ReadInt64LittleEndian(bytes),
            Mean = BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]),
            Squares = BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..]),
            Lat = BinaryPrimitives.ReadDoubleLittleEndian(bytes[24..]),
            Lon = BinaryPrimitives.ReadDoubleLittleEndian(bytes[32..]),
            Time = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            Recent = [.. MemoryMarshal.Cast<byte, Spend>(bytes[HeaderBytes..])[..recent]],
            Devices = ImmutableCollectionsMarshal.AsImmutableArray(devices),
        };
    }
}

/// <param name="Time">Milliseconds since 1970.</param>
/// <param name="Cents">The amount.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.Spend")]
internal readonly record struct Spend([property: Id(0)] long Time, [property: Id(1)] long Cents);
