using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansStream.Streams.ReadModels;

/// <summary>
/// What a model's row says: the snapshot that counts, and what else lies in the store because of earlier ones. A snapshot is a <i>set</i> of pieces, rows of their own, or
/// one small piece in this row.
/// </summary>
internal sealed record SnapshotManifest
{
    private const int Format = 2;

    /// <summary>Snapshots of before this format: the row was the snapshot.</summary>
    public const int WholeRowFormat = 1;

    /// <summary>What the model's runner wrote at the snapshot's head.</summary>
    public byte[] Head { get; init; } = [];

    /// <summary>The set; 0 when the only piece is <see cref="Inline"/>, or when there is no snapshot yet.</summary>
    public long Set { get; init; }

    /// <summary>Length and XXH3 of each piece of the set.</summary>
    public IReadOnlyList<(int Length, ulong Hash)> Pieces { get; init; } = [];

    public byte[]? Inline { get; init; }

    /// <summary>The set before, which may still have rows; 0 when there is none.</summary>
    public long Previous { get; init; }

    /// <summary>A set that somebody writes now, or began to write and did not end; 0 when there is none.</summary>
    public long Claimed { get; init; }

    /// <summary>When whoever claimed it counts as gone, UTC ticks.</summary>
    public long ClaimEnds { get; init; }

    public static ulong HashOf(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes);

    /// <summary><c>format head set count (length hash)* hasInline inline? previous claimed claimEnds hash</c>, little-endian; the hash is XXH3 of all before it.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream(Head.Length + (Inline?.Length ?? 0) + 256);
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        WriteBytes(Head);
        writer.Write(Set);
        writer.Write(Pieces.Count);
        foreach (var (length, hash) in Pieces)
        {
            writer.Write(length);
            writer.Write(hash);
        }
        writer.Write(Inline is not null);
        if (Inline is not null) WriteBytes(Inline);
        writer.Write(Previous);
        writer.Write(Claimed);
        writer.Write(ClaimEnds);
        writer.Flush();
        writer.Write(HashOf(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();

        void WriteBytes(byte[] bytes)
        {
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
    }

    /// <summary>The format of a row; -1 when it is not whole.</summary>
    public static int FormatOf(byte[] row)
    {
        int end = row.Length - sizeof(ulong);
        bool whole = end >= sizeof(int) && HashOf(row.AsSpan(0, end)) == BinaryPrimitives.ReadUInt64LittleEndian(row.AsSpan(end));
        return whole ? BinaryPrimitives.ReadInt32LittleEndian(row) : -1;
    }

    /// <summary>Null when the row is no manifest, not whole, or of a later format.</summary>
    public static SnapshotManifest? TryDecode(byte[] row)
    {
        if (FormatOf(row) != Format) return null;
        using var reader = new BinaryReader(new MemoryStream(row, sizeof(int), row.Length - sizeof(int) - sizeof(ulong)));
        byte[] head = reader.ReadBytes(reader.ReadInt32());
        long set = reader.ReadInt64();
        var pieces = new (int, ulong)[reader.ReadInt32()];
        for (int i = 0; i < pieces.Length; i++) pieces[i] = (reader.ReadInt32(), reader.ReadUInt64());
        byte[]? inline = reader.ReadBoolean() ? reader.ReadBytes(reader.ReadInt32()) : null;
        return new SnapshotManifest
        {
            Head = head, Set = set, Pieces = pieces, Inline = inline, Previous = reader.ReadInt64(), Claimed = reader.ReadInt64(), ClaimEnds = reader.ReadInt64(),
        };
    }
}
