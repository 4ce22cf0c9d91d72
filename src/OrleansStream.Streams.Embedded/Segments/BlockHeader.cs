using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>The head of a block; <see cref="SegmentHeader"/> has the layout.</summary>
internal readonly record struct BlockHeader(int BodyLength, int Records, long FirstOffset, long NewestTicks)
{
    public const int Length = 40;

    /// <summary>Bounds what one commit writes and what a reader must hold at once; the largest record fits. Bytes.</summary>
    public const int MaxBodyLength = 1 << 20;

    public const int MaxRecords = 4_000;

    private const int CheckedFrom = 16;

    public int TotalLength => Length + BodyLength;

    /// <summary>The offset after the block's last record.</summary>
    public long End => FirstOffset + Records;

    /// <summary>Completes a block whose body stands after the header's place.</summary>
    public void Seal(Span<byte> block, long marker, long position)
    {
        BinaryPrimitives.WriteInt64LittleEndian(block, marker);
        BinaryPrimitives.WriteInt32LittleEndian(block[16..], BodyLength);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], Records);
        BinaryPrimitives.WriteInt64LittleEndian(block[24..], FirstOffset);
        BinaryPrimitives.WriteInt64LittleEndian(block[32..], NewestTicks);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], Checksum(block, marker, position));
    }

    /// <summary>
    /// Reads the head, checking only what keeps a reader from asking for more bytes than a block can have.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, long marker, out BlockHeader header)
    {
        header = default;
        if (source.Length < Length || BinaryPrimitives.ReadInt64LittleEndian(source) != marker) return false;
        header = new BlockHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source[16..]), BinaryPrimitives.ReadInt32LittleEndian(source[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]), BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
        return header is { BodyLength: > 0 and <= MaxBodyLength, Records: > 0 and <= MaxRecords, FirstOffset: >= 0 };
    }

    /// <param name="block">Header and body, no more.</param>
    /// <param name="marker">The file's.</param>
    /// <param name="position">Where the block stands: one that was written to another place does not hold.</param>
    public static bool Holds(ReadOnlySpan<byte> block, long marker, long position) =>
        BinaryPrimitives.ReadUInt64LittleEndian(block[8..]) == Checksum(block, marker, position);

    private static ulong Checksum(ReadOnlySpan<byte> block, long marker, long position) =>
        XxHash3.HashToUInt64(block[CheckedFrom..], unchecked(marker + position));
}
