using System.Buffers.Binary;
using System.IO.Hashing;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>A stored model: its bytes and how far they reach.</summary>
/// <param name="Version">The model's version that wrote it.</param>
/// <param name="Positions">The next offset of each partition.</param>
/// <param name="Payload">What the model wrote.</param>
internal sealed record ReadModelSnapshot(int Version, IReadOnlyDictionary<TopicPartition, long> Positions, byte[] Payload)
{
    private const int Format = 1;

    /// <summary><c>format version count (topic partition offset)* length payload hash</c>; the hash is XXH3 of all before it.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream(Payload.Length + 256);
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(Version);
            writer.Write(Positions.Count);
            foreach (var (partition, offset) in Positions)
            {
                writer.Write(partition.Topic);
                writer.Write(partition.Partition);
                writer.Write(offset);
            }
            writer.Write(Payload.Length);
            writer.Write(Payload);
            writer.Flush();
            writer.Write(XxHash3.HashToUInt64(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        }
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not a snapshot, or not whole.</exception>
    public static ReadModelSnapshot Decode(byte[] bytes)
    {
        int end = bytes.Length - sizeof(ulong);
        if (end < 0 || XxHash3.HashToUInt64(bytes.AsSpan(0, end)) != BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(end)))
            throw new InvalidDataException("The snapshot's checksum is wrong.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, end));
        int format = reader.ReadInt32();
        if (format != Format) throw new InvalidDataException($"The snapshot has format {format}; this code reads {Format}.");
        int version = reader.ReadInt32();
        var positions = new Dictionary<TopicPartition, long>();
        for (int left = reader.ReadInt32(); left > 0; left--) positions[new TopicPartition(reader.ReadString(), reader.ReadInt32())] = reader.ReadInt64();
        return new ReadModelSnapshot(version, positions, reader.ReadBytes(reader.ReadInt32()));
    }
}
