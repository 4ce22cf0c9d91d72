using System.Buffers.Binary;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>Reads a segment's durable records forward from disk, also those that become durable meanwhile. Not thread-safe.</summary>
internal sealed class SegmentCursor : IDisposable
{
    private const int WindowBytes = 64 << 10;
    private readonly Segment _segment;
    private readonly ILogFile _file;
    private readonly BlockReader _blocks;
    private long _position;
    private long _blockPosition;
    private ReadOnlyMemory<byte> _rest;
    private long _next;

    /// <exception cref="FileNotFoundException">The file was trimmed.</exception>
    public SegmentCursor(ILogFileSystem files, SegmentPlace place)
    {
        (_segment, _position) = (place.Segment, place.Position);
        _file = files.OpenRead(_segment.Path);
        _blocks = new BlockReader(_file, _segment.Header.Marker, WindowBytes);
    }

    /// <summary>The next record at or after <paramref name="offset"/>; null at the end of what is durable.</summary>
    /// <exception cref="LogUnavailableException">The file does not hold what was written to it.</exception>
    public LogRecord? Read(long offset)
    {
        while (true)
        {
            while (_rest.Length > 0)
            {
                var entry = TakeEntry();
                // A copy of its own: a record that somebody keeps must not keep the block it came with.
                if (_next++ >= offset) return Decode(entry.ToArray());
            }
            if (!NextBlock(offset)) return null;
        }
    }

    public void Dispose()
    {
        _blocks.Dispose();
        _file.Dispose();
    }

    private bool NextBlock(long offset)
    {
        while (_segment.Length is var limit && _position < limit)
        {
            if (!TryRead(limit, out var header, out var body, out string reason)) throw Corrupt(reason, _position, offset);
            _blockPosition = _position;
            _position += header.TotalLength;
            if (header.End <= offset) continue;
            (_rest, _next) = (body, header.FirstOffset);
            return true;
        }
        return false;
    }

    private bool TryRead(long limit, out BlockHeader header, out ReadOnlyMemory<byte> body, out string reason)
    {
        try
        {
            return _blocks.TryRead(_position, limit, out header, out body, out reason);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw new LogUnavailableException($"'{_segment.Path}' could not be read at byte {_position}: {e.Message}", e);
        }
    }

    private ReadOnlyMemory<byte> TakeEntry()
    {
        int length = _rest.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(_rest.Span);
        if (length < 0 || length > _rest.Length - 4) throw Corrupt("a record's length does not fit its block", _blockPosition, _next);
        var entry = _rest.Slice(4, length);
        _rest = _rest[(4 + length)..];
        return entry;
    }

    private LogRecord Decode(byte[] entry)
    {
        try
        {
            return LogRecordCodec.Decode(entry);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(e.Message, _blockPosition, _next - 1);
        }
    }

    private LogUnavailableException Corrupt(string reason, long position, long offset) => new(
        $"'{_segment.Path}' is damaged at byte {position}: {reason}. Records from offset {offset} on cannot be read. " +
        $"Stop the process and restore that file from a copy, or move the directory '{Path.GetDirectoryName(_segment.Path)}' away to start empty.");
}
