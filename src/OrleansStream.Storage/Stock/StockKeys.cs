using System.Text;
using Orleans.Storage;

namespace OrleansStream.Storage.Stock;

/// <summary>
/// Makes Orleans' provider take every key for text, as checkpoint rows have it. A key that it would read as a number or GUID goes to it as the extension of the
/// number 0, which gives the same columns; the hash leaves the number's bytes out.
/// </summary>
internal sealed class StockKeys : IStorageHasherPicker
{
    private const string Zero = "0+";
    private static readonly OrleansDefaultHasher Plain = new();
    private static readonly IHasher OfExtension = new ExtensionHasher();

    public static GrainId ForProvider(GrainId grain) =>
        grain.TryGetGuidKey(out _, out _) || grain.TryGetIntegerKey(out _, out _)
            ? new GrainId(grain.Type, new IdSpan([.. Encoding.UTF8.GetBytes(Zero), .. grain.Key.AsSpan()]))
            : grain;

    public ICollection<IHasher> HashProviders => [Plain];

    public IHasher PickHasher<T>(string serviceId, string storageProviderInstanceName, string grainType, GrainId grainId, IGrainState<T> grainState, string? tag = null) =>
        grainId.TryGetIntegerKey(out _, out _) ? OfExtension : Plain;

    /// <summary>The provider hashes the reversed bytes: the number comes last.</summary>
    private sealed class ExtensionHasher : IHasher
    {
        private static readonly byte[] Number = new byte[sizeof(long)];

        public string Description => Plain.Description;

        public int Hash(byte[] data) => Plain.Hash(data.AsSpan().EndsWith(Number) ? data[..^Number.Length] : data);
    }
}
