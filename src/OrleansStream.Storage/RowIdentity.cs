using System.Collections.Concurrent;
using System.Text;
using Orleans.Storage;

namespace OrleansStream.Storage;

/// <summary>
/// How Microsoft.Orleans.Persistence.AdoNet identifies a row: hash of the key's reversed bytes, hash of the state's name, and both in clear.
/// The hashes narrow the search, the clear texts decide.
/// </summary>
/// <param name="IdHash">Of the key.</param>
/// <param name="N0">Of a GUID key its first 8 bytes; otherwise 0.</param>
/// <param name="N1">Of a GUID key its last 8 bytes, of an integer key the number; otherwise 0.</param>
/// <param name="TypeHash">Of the state's name.</param>
/// <param name="Type">The state's name.</param>
/// <param name="Text">A string key, or the extension of a compound key; null when there is none.</param>
internal readonly record struct RowIdentity(int IdHash, long N0, long N1, int TypeHash, string Type, string? Text) : IComparable<RowIdentity>
{
    private static readonly OrleansDefaultHasher Hasher = new();

    // A silo has few grain types, and writes a row of one of them a hundred thousand times a second.
    private static readonly ConcurrentDictionary<GrainType, (string Name, int Hash)> CheckpointTypes = new();

    /// <summary>
    /// The row of a keyed grain's checkpoint, whose state is named after its grain type. Its key is always text, so that no two keys share a row: Orleans' provider
    /// takes <c>10</c>, <c>0010</c>, <c>a</c> and <c>A</c> for hexadecimal numbers.
    /// </summary>
    public static RowIdentity OfCheckpoint(GrainId grain)
    {
        var (type, typeHash) = CheckpointTypes.GetOrAdd(grain.Type, static type => NameAndHash(StateNames.Stored(type.ToString()!)));
        string key = grain.Key.ToString()!;
        return new RowIdentity(HashOf(Encoding.UTF8.GetBytes(key), reversed: true), 0, 0, typeHash, type, key);
    }

    /// <summary>The row of a grain's state as Orleans' provider finds it: keys that read as GUIDs or hexadecimal numbers are taken for such.</summary>
    /// <param name="stateName">The name of the state, as <c>IGrainStorage</c> has it.</param>
    /// <param name="grain">Whose state.</param>
    public static RowIdentity OfState(string stateName, GrainId grain)
    {
        string type = StateNames.Stored(stateName);
        if (grain.TryGetGuidKey(out var guid, out string? extension))
        {
            byte[] bytes = guid.ToByteArray();
            return Of(type, BitConverter.ToInt64(bytes, 0), BitConverter.ToInt64(bytes, 8), extension, [.. bytes, .. Bytes(extension)]);
        }
        if (grain.TryGetIntegerKey(out long number, out extension))
            return Of(type, 0, number, extension, [.. BitConverter.GetBytes(number), .. Bytes(extension)]);
        string key = grain.Key.ToString()!;
        return Of(type, 0, 0, key, Encoding.UTF8.GetBytes(key));
    }

    /// <summary>The order in which rows are locked: the same for all writers, so that no two wait for each other.</summary>
    public int CompareTo(RowIdentity other)
    {
        int order = IdHash.CompareTo(other.IdHash);
        if (order == 0) order = TypeHash.CompareTo(other.TypeHash);
        if (order == 0) order = N0.CompareTo(other.N0);
        if (order == 0) order = N1.CompareTo(other.N1);
        if (order == 0) order = string.CompareOrdinal(Type, other.Type);
        return order == 0 ? string.CompareOrdinal(Text, other.Text) : order;
    }

    public override string ToString() => N0 == 0 && N1 == 0 ? $"{Type}/{Text}" : $"{Type}/{N0:x16}{N1:x16}+{Text}";

    private static RowIdentity Of(string type, long n0, long n1, string? text, byte[] id) => new(HashOf(id, reversed: true), n0, n1, HashOf(type), type, text);

    private static (string Name, int Hash) NameAndHash(string name) => (name, HashOf(name));

    private static int HashOf(string name) => HashOf(Encoding.UTF8.GetBytes(name), reversed: false);

    private static int HashOf(byte[] bytes, bool reversed)
    {
        if (reversed) Array.Reverse(bytes);
        return Hasher.Hash(bytes);
    }

    private static byte[] Bytes(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
