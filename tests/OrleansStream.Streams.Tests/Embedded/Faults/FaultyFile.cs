namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>
/// A file's bytes as programs see them, as they are on the disk, and the writes in between. Guarded by its file system's lock.
/// </summary>
internal sealed class FaultyFile
{
    private const int Sector = 512;
    /// <summary>In place of the bytes of a write: the file was given that length.</summary>
    private static readonly byte[] CutOrGrown = [];

    private readonly List<(long Position, byte[] Bytes)> _unsynced = [];
    private byte[] _disk = [];

    public byte[] Bytes { get; private set; } = [];

    /// <summary>A file as it would be after everything was flushed.</summary>
    public static FaultyFile Of(byte[] bytes) => new() { Bytes = [.. bytes], _disk = [.. bytes] };

    public void Write(ReadOnlySpan<byte> bytes, long position)
    {
        _unsynced.Add((position, bytes.ToArray()));
        Bytes = Apply(Bytes, bytes, position);
    }

    public void SetLength(long length)
    {
        Bytes = Resize(Bytes, length);
        _unsynced.Add((length, CutOrGrown));
    }

    public void Flush()
    {
        foreach (var (position, bytes) in _unsynced) _disk = bytes == CutOrGrown ? Resize([.. _disk], position) : Apply([.. _disk], bytes, position);
        _unsynced.Clear();
    }

    /// <summary>The system gave up on what was not flushed and calls it clean: programs still see it, and no later flush writes it.</summary>
    public void ForgetUnsynced() => _unsynced.Clear();

    public void Flip(long position, byte mask)
    {
        Bytes[position] ^= mask;
        if (position < _disk.Length) _disk[position] ^= mask;
    }

    /// <summary>What a power loss leaves: all that was flushed, and of the rest any sectors, in any order.</summary>
    public FaultyFile AfterPowerLoss(Random random)
    {
        byte[] left = [.. _disk];
        foreach (var (position, bytes) in _unsynced)
        {
            if (bytes == CutOrGrown && random.Next(2) == 0) left = Resize(left, position);
            for (int at = 0; at < bytes.Length; at += Sector)
                if (random.Next(3) > 0) left = Apply(left, bytes.AsSpan(at, Math.Min(Sector, bytes.Length - at)), position + at);
            if (random.Next(4) == 0) break;
        }
        return Of(left);
    }

    private static byte[] Apply(byte[] to, ReadOnlySpan<byte> bytes, long position)
    {
        if (to.Length < position + bytes.Length) to = Resize(to, position + bytes.Length);
        bytes.CopyTo(to.AsSpan((int)position));
        return to;
    }

    private static byte[] Resize(byte[] bytes, long length)
    {
        Array.Resize(ref bytes, (int)length);
        return bytes;
    }
}
