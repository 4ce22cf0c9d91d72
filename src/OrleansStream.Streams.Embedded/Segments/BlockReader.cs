using System.Buffers;
using OrleansStream.Streams.Embedded.Files;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>Reads blocks of one segment file through a window, and lets none pass whose checksum does not hold. Not thread-safe.</summary>
internal sealed class BlockReader(ILogFile file, long marker, int windowBytes) : IDisposable
{
    private byte[] _window = ArrayPool<byte>.Shared.Rent(Math.Max(windowBytes, BlockHeader.Length));
    private long _start;
    private int _count;

    /// <summary>Reads the block at the position.</summary>
    /// <param name="position">Where it starts.</param>
    /// <param name="limit">Where the file's valid part ends, as far as the caller knows.</param>
    /// <param name="header">The block's head.</param>
    /// <param name="body">Its records, until the next read.</param>
    /// <param name="reason">Why there is none.</param>
    public bool TryRead(long position, long limit, out BlockHeader header, out ReadOnlyMemory<byte> body, out string reason)
    {
        body = default;
        reason = "";
        var head = Bytes(position, (int)Math.Min(BlockHeader.Length, limit - position), limit);
        if (!BlockHeader.TryRead(head.Span, marker, out header)) reason = "no block starts there";
        else if (position + header.TotalLength > limit) reason = $"the block ends {position + header.TotalLength - limit} bytes after the file does";
        if (reason.Length > 0) return false;
        var block = Bytes(position, header.TotalLength, limit);
        if (block.Length < header.TotalLength) reason = "the file ends within the block";
        else if (!BlockHeader.Holds(block.Span, marker, position)) reason = "the block's checksum does not hold";
        if (reason.Length > 0) return false;
        body = block[BlockHeader.Length..];
        return true;
    }

    /// <summary>The position of the first whole block at or after <paramref name="from"/>; -1 when there is none.</summary>
    public long FindNext(long from, long limit, out BlockHeader header)
    {
        Span<byte> pattern = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(pattern, marker);
        for (long at = from; at + BlockHeader.Length <= limit;)
        {
            var window = Bytes(at, (int)Math.Min(_window.Length, limit - at), limit);
            int hit = window.Span.IndexOf(pattern);
            // The last bytes of a window may be the first of a marker.
            if (hit < 0) at += Math.Max(1, window.Length - pattern.Length + 1);
            else if (TryRead(at + hit, limit, out header, out _, out _)) return at + hit;
            else at += hit + 1;
        }
        header = default;
        return -1;
    }

    public void Dispose()
    {
        if (_window.Length > 0) ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private ReadOnlyMemory<byte> Bytes(long position, int length, long limit)
    {
        if (position < _start || position + length > _start + _count) Fill(position, length, limit);
        int at = (int)(position - _start);
        return _window.AsMemory(at, Math.Min(length, _count - at));
    }

    private void Fill(long position, int length, long limit)
    {
        if (_window.Length < length)
        {
            ArrayPool<byte>.Shared.Return(_window);
            _window = ArrayPool<byte>.Shared.Rent(length);
        }
        // Never beyond the limit: behind it the writer may be at work, and a later read must not find those bytes here half written.
        int count = (int)Math.Min(_window.Length, limit - position);
        (_start, _count) = (position, 0);
        _count = file.Read(_window.AsSpan(0, count), position);
    }
}
