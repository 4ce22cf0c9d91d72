using System.Buffers.Binary;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Recovery;

/// <summary>Reads one file from its first block to its last, checks every byte, and rebuilds the indexes.</summary>
internal sealed class SegmentScan(Segment segment, ILogFileSystem files, DeduplicationIndex identities) : IDisposable
{
    private const int WindowBytes = 2 << 20;
    private readonly ILogFile _file = files.OpenRead(segment.Path);

    public long FileLength => _file.Length;

    /// <summary>A file that another one follows: it must be whole up to where that one says it ends.</summary>
    /// <exception cref="LogUnavailableException">It is not.</exception>
    public void ReadSealed(SegmentHeader next)
    {
        long limit = Math.Min(next.PreviousLength, FileLength);
        if (ReadBlocks(limit, out string reason) is var bad and >= 0) throw Damage(bad, reason, next.PreviousEnd);
        if (limit < next.PreviousLength) throw Damage(limit, $"it ends {next.PreviousLength - limit} bytes too early", next.PreviousEnd);
        if (segment.End != next.PreviousEnd) throw Damage(limit, $"its last record is {segment.End - 1}, the next file follows {next.PreviousEnd - 1}", next.PreviousEnd);
    }

    /// <summary>The newest file: what is bad at its end, with nothing whole behind it, is a commit that a crash cut short.</summary>
    /// <returns>The number of bytes to cut.</returns>
    /// <exception cref="LogUnavailableException">Something whole lies behind what is bad.</exception>
    public long ReadNewest()
    {
        long bad = ReadBlocks(FileLength, out string reason);
        if (bad < 0) return 0;
        using var behind = new BlockReader(_file, segment.Header.Marker, WindowBytes);
        if (behind.FindNext(bad + 1, FileLength, out var whole) >= 0) throw Damage(bad, reason, whole.FirstOffset);
        return FileLength - bad;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The position of the first bad block; -1 when all are whole.</summary>
    private long ReadBlocks(long limit, out string reason)
    {
        using var blocks = new BlockReader(_file, segment.Header.Marker, WindowBytes);
        reason = "";
        while (segment.Length < limit)
        {
            if (!blocks.TryRead(segment.Length, limit, out var header, out var body, out reason)) return segment.Length;
            if (header.FirstOffset != segment.End) throw Damage(segment.Length, $"its block starts with record {header.FirstOffset}", header.FirstOffset);
            ReadBody(header, body.Span);
            segment.Add(header);
        }
        return -1;
    }

    private void ReadBody(BlockHeader header, ReadOnlySpan<byte> body)
    {
        long offset = header.FirstOffset;
        try
        {
            for (; body.Length > 0; offset++)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(body);
                var identity = LogRecordCodec.ReadIdentity(body.Slice(4, length));
                if (identity.Offset != offset) throw new InvalidDataException($"record {identity.Offset} stands at the place of {offset}");
                identities.GetOrAdd(IdentityHash.Of(identity), offset, out _);
                body = body[(4 + length)..];
            }
            if (offset != header.End) throw new InvalidDataException($"{header.Records} records are due, {offset - header.FirstOffset} are there");
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            throw Damage(segment.Length, $"a record in a block whose checksum holds cannot be read: {e.Message}", header.End);
        }
        identities.Settle();
    }

    private LogUnavailableException Damage(long position, string reason, long before) =>
        LogDamage.Refuse(segment.Path, position, reason, before > segment.End ? $"records {segment.End}–{before - 1}" : $"records from offset {segment.End} on");
}
