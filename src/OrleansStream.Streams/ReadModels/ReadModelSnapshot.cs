using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>The head of a stored model: how far it reaches.</summary>
/// <param name="Version">The model's version that wrote it.</param>
/// <param name="Positions">The next offset of each partition.</param>
/// <param name="Generation">The rebuild after which it was made; 0 when there was none.</param>
/// <param name="Whole">The model itself, in snapshots of format 1, which were one row; null since.</param>
internal sealed record ReadModelSnapshot(int Version, IReadOnlyDictionary<TopicPartition, long> Positions, long Generation, byte[]? Whole = null)
{
    private const int Format = 2;

    /// <summary>
    /// Whether it may take another's place, told by that one's head: never one of a later rebuild, and never one that is ahead in some partition, or records that its process
    /// has committed and the log has trimmed would be in no snapshot.
    /// </summary>
    /// <param name="isBeyond">Whether a position lies beyond the end of the log: then that one is of another log.</param>
    public Func<byte[], bool> Replaces(Func<TopicPartition, long, bool> isBeyond) => head =>
    {
        ReadModelSnapshot there;
        try
        {
            there = Decode(head);
        }
        catch (InvalidDataException)
        {
            return true;
        }
        if (there.Version != Version || there.Generation < Generation || there.Positions.Any(p => isBeyond(p.Key, p.Value))) return true;
        return there.Generation == Generation && there.Positions.All(p => p.Value <= Positions.GetValueOrDefault(p.Key));
    };

    /// <summary><c>format version count (topic partition offset)* generation</c>; whoever stores it adds a checksum.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream(256);
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write(Version);
        writer.Write(Positions.Count);
        foreach (var (partition, offset) in Positions)
        {
            writer.Write(partition.Topic);
            writer.Write(partition.Partition);
            writer.Write(offset);
        }
        writer.Write(Generation);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Also format 1: <c>format version count (topic partition offset)* length payload hash</c>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a snapshot of a format that this code knows.</exception>
    public static ReadModelSnapshot Decode(byte[] bytes)
    {
        try
        {
            return Read(new BinaryReader(new MemoryStream(bytes)));
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or IOException)
        {
            throw new InvalidDataException("The snapshot is cut short or mixed up.", e);
        }
    }

    private static ReadModelSnapshot Read(BinaryReader reader)
    {
        int format = reader.ReadInt32();
        if (format is not (Format or SnapshotManifest.WholeRowFormat)) throw new InvalidDataException($"The snapshot has format {format}; this code reads {SnapshotManifest.WholeRowFormat} and {Format}.");
        int version = reader.ReadInt32();
        var positions = new Dictionary<TopicPartition, long>();
        for (int left = reader.ReadInt32(); left > 0; left--) positions[new TopicPartition(reader.ReadString(), reader.ReadInt32())] = reader.ReadInt64();
        return format == Format
            ? new ReadModelSnapshot(version, positions, reader.ReadInt64())
            : new ReadModelSnapshot(version, positions, 0, reader.ReadBytes(reader.ReadInt32()));
    }
}
