using System.Buffers.Binary;
using System.IO.Hashing;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Retention;

/// <summary>
/// How far a partition was trimmed, so that a file that is missing at the beginning is told from one that was removed on purpose. Two slots of one
/// sector, written in turn and in place: that works on a full disk, where trimming is needed most, and a torn write leaves the other slot.
/// </summary>
/// <remarks>Slot: sequence (8), oldest offset (8), XXH3 of both (8), little-endian, at bytes 0 and 512.</remarks>
internal sealed class LowWatermarkFile(string directory, ILogFileSystem files)
{
    public const string FileName = "low-watermark";

    private const int Slots = 2, SlotBytes = 512, UsedBytes = 24;
    private readonly string _path = Path.Combine(directory, FileName);
    private long _sequence;

    /// <summary>The oldest offset that must be there; null when the partition was never started.</summary>
    /// <exception cref="LogUnavailableException">The file is damaged.</exception>
    public long? Read()
    {
        if (!files.List(directory).Contains(FileName)) return null;
        using var file = files.OpenRead(_path);
        long? low = null;
        for (int slot = 0; slot < Slots; slot++)
            if (TryReadSlot(file, slot, out long sequence, out long offset) && sequence > _sequence) (_sequence, low) = (sequence, offset);
        // Created and not yet flushed when the power went: then no segment can be there either, which the caller sees.
        return low is null && file.Length == Slots * SlotBytes
            ? throw new LogUnavailableException($"'{_path}' is damaged at byte 0: no slot's checksum holds. Restore that file from a copy, or move the directory '{directory}' away to start empty.")
            : low;
    }

    /// <summary>Takes the space while there is some.</summary>
    public void Create(long offset)
    {
        using (var file = files.OpenWrite(_path, create: true))
        {
            byte[] content = new byte[Slots * SlotBytes];
            for (int slot = 0; slot < Slots; slot++) Encode(content.AsSpan((int)(++_sequence % Slots) * SlotBytes), _sequence, offset);
            file.Write(content, 0);
            file.Flush();
        }
        files.SyncDirectory(directory);
    }

    /// <summary>On disk when it returns: only then may files go.</summary>
    public void Write(long offset)
    {
        using var file = files.OpenWrite(_path, create: false);
        Span<byte> slot = stackalloc byte[UsedBytes];
        Encode(slot, _sequence + 1, offset);
        file.Write(slot, (_sequence + 1) % Slots * SlotBytes);
        file.Flush();
        _sequence++;
    }

    private static void Encode(Span<byte> slot, long sequence, long offset)
    {
        BinaryPrimitives.WriteInt64LittleEndian(slot, sequence);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], offset);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], XxHash3.HashToUInt64(slot[..16]));
    }

    private static bool TryReadSlot(ILogFile file, int slot, out long sequence, out long offset)
    {
        Span<byte> bytes = stackalloc byte[UsedBytes];
        bool whole = file.Read(bytes, slot * SlotBytes) == UsedBytes && XxHash3.HashToUInt64(bytes[..16]) == BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return whole;
    }
}
