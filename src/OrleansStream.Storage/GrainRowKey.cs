using System.Text;
using Orleans.Storage;

namespace OrleansStream.Storage;

/// <summary>
/// How Microsoft.Orleans.Persistence.AdoNet identifies the row of a grain with a string key: hash of the key's reversed UTF-8,
/// hash of the state's name, and both in clear. The state of a keyed grain is named after its grain type.
/// </summary>
internal readonly record struct GrainRowKey(int IdHash, int TypeHash, string Type, string Key)
{
    private static readonly OrleansDefaultHasher Hasher = new();

    public static GrainRowKey Of(GrainId grain)
    {
        string type = grain.Type.ToString()!, key = grain.Key.ToString()!;
        byte[] id = Encoding.UTF8.GetBytes(key);
        Array.Reverse(id);
        return new GrainRowKey(Hasher.Hash(id), Hasher.Hash(Encoding.UTF8.GetBytes(type)), type, key);
    }
}
