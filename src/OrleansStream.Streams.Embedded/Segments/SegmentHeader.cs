using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>
/// The first bytes of a segment file. It says where the file before it ends, so that a missing file is seen, and so that whatever an
/// abandoned write left behind that end counts for nothing.
/// </summary>
/// <remarks>
/// Format version 1. A partition is a chain of files named by their first offset, <c>00000000000000001842.log</c>. All numbers are little-endian.
/// <code>
/// file  = header block*
/// header (80 bytes)
///    0  8  "OSTRMLOG"
///    8  4  format version: 1
///   12  4  0
///   16  8  base offset: no record here is before it
///   24  8  previous file's base offset; -1 in a partition's first file
///   32  8  offset after the previous file's last record; less than the base offset after a skip
///   40  8  previous file's length: what it has beyond was never acknowledged
///   48  8  created, UTC ticks
///   56  8  XXH3 of "topic/partition"
///   64  8  marker: random, so that no payload can look like a block
///   72  8  XXH3 of bytes 0–71
/// block (40 bytes and body): one commit
///    0  8  the file's marker
///    8  8  XXH3 of everything after it, body included, seed = marker + the block's position in the file
///   16  4  body length
///   20  4  number of records, at least 1
///   24  8  offset of the first record; the others follow without a gap
///   32  8  the newest ReceivedAt in the block, UTC ticks
///   40     body: per record its length (4) and its LogRecordCodec bytes
/// </code>
/// </remarks>
internal readonly record struct SegmentHeader(
    long BaseOffset, long PreviousBase, long PreviousEnd, long PreviousLength, long CreatedTicks, ulong Partition, long Marker)
{
    public const int Length = 80;
    public const int Version = 1;

    /// <summary><see cref="PreviousBase"/> of a partition's first file.</summary>
    public const long NoPrevious = -1;

    private const string Extension = ".log";
    private const int CheckedLength = Length - 8;

    private static ReadOnlySpan<byte> Magic => "OSTRMLOG"u8;

    public string FileName => BaseOffset.ToString("d20", CultureInfo.InvariantCulture) + Extension;

    public static long NewMarker()
    {
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadInt64LittleEndian(random);
    }

    public static ulong Identity(TopicPartition partition) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(partition.ToString()));

    /// <summary>The base offset a file's name says; false for files that are no segments.</summary>
    public static bool TryParseFileName(string name, out long baseOffset)
    {
        baseOffset = 0;
        return name.Length == 20 + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out baseOffset);
    }

    public void Write(Span<byte> target)
    {
        target[..Length].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], BaseOffset);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], PreviousBase);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], PreviousEnd);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], PreviousLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], CreatedTicks);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], Partition);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], Marker);
        BinaryPrimitives.WriteUInt64LittleEndian(target[CheckedLength..], XxHash3.HashToUInt64(target[..CheckedLength]));
    }

    /// <summary>Reads a header; the reason why it is none otherwise.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header, out string reason)
    {
        (header, reason) = (default, "");
        if (source.Length < Length) reason = $"the header is cut short at {source.Length} bytes";
        else if (!source[..8].SequenceEqual(Magic)) reason = "the file does not start as a log segment does";
        else if (XxHash3.HashToUInt64(source[..CheckedLength]) != BinaryPrimitives.ReadUInt64LittleEndian(source[CheckedLength..])) reason = "the header's checksum does not hold";
        else if (BinaryPrimitives.ReadInt32LittleEndian(source[8..]) is not Version and var version) reason = $"the format is version {version}, this code reads version {Version}; was it written by a newer release?";
        if (reason.Length > 0) return false;
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]), BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]), BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[48..]), BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[64..]));
        return true;
    }
}
