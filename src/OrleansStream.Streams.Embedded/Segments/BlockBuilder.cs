using System.Buffers;
using System.Buffers.Binary;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>Encodes records into a block, straight into one pooled buffer. Used by one thread.</summary>
internal sealed class BlockBuilder
{
    /// <summary>What a record may take encoded, so that it alone fits a block. Bytes.</summary>
    public const int MaxRecordBytes = BlockHeader.MaxBodyLength - 256;

    private const int Prefix = 4;
    private const int SmallestBuffer = 4096;
    private byte[] _buffer = [];
    private int _length;
    private int _records;
    private long _first;
    private long _newest;

    public BlockHeader Header => new(_length - BlockHeader.Length, _records, _first, _newest);

    /// <summary>Before anything of a batch is taken in: a record refused later would leave its id remembered without a record.</summary>
    /// <exception cref="ArgumentException">The record is larger than the log can hold.</exception>
    public static void ThrowIfTooLarge(LogRecord record)
    {
        if (LogRecordCodec.RoughMaxLength(record) <= MaxRecordBytes) return;
        int length = LogRecordCodec.MaxLength(record);
        if (length > MaxRecordBytes)
            throw new ArgumentException($"A record of {length} bytes does not fit the embedded log, which takes up to {MaxRecordBytes}.", nameof(record));
    }

    public void Start(long firstOffset) => (_length, _records, _first, _newest) = (BlockHeader.Length, 0, firstOffset, long.MinValue);

    /// <summary>False when the block is full; the first record always fits.</summary>
    public bool TryAdd(LogRecord record)
    {
        int room = Prefix + LogRecordCodec.RoughMaxLength(record);
        if (_records == BlockHeader.MaxRecords) return false;
        if (_length - BlockHeader.Length + room > BlockHeader.MaxBodyLength)
        {
            room = Prefix + LogRecordCodec.MaxLength(record);
            if (_records > 0 && _length - BlockHeader.Length + room > BlockHeader.MaxBodyLength) return false;
        }
        EnsureRoom(room);
        int length = LogRecordCodec.Encode(record, _first + _records, _buffer.AsSpan(_length + Prefix));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), length);
        _length += Prefix + length;
        _records++;
        _newest = Math.Max(_newest, record.ReceivedAt.UtcTicks);
        return true;
    }

    /// <summary>The block as it goes to <paramref name="position"/>.</summary>
    public ReadOnlySpan<byte> Seal(long marker, long position)
    {
        var block = _buffer.AsSpan(0, _length);
        Header.Seal(block, marker, position);
        return block;
    }

    /// <summary>Gives the buffer back while there is nothing to write.</summary>
    public void Release()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void EnsureRoom(int room)
    {
        if (_buffer.Length >= _length + room) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, Math.Max(_length + room, _buffer.Length * 2)));
        _buffer.AsSpan(0, Math.Min(_length, _buffer.Length)).CopyTo(larger);
        Release();
        _buffer = larger;
    }
}
