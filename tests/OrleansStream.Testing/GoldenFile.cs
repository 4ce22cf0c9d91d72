namespace OrleansStream.Testing;

/// <summary>
/// Bytes as a release wrote them, <c>name-format</c>, in the folder Golden of the test project. What stands in these files stands in somebody's store or log: a file is added
/// when a format is, and never changed. With ORLEANSSTREAM_GOLDEN=folder, files that are missing are written there, to be looked at and checked in.
/// </summary>
public static class GoldenFile
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    /// <summary>Today's code writes what the file holds.</summary>
    /// <exception cref="InvalidDataException">It writes something else; the message has both.</exception>
    public static void AssertWritten(string name, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Offer(name, bytes);
        byte[] golden = Read(name);
        if (!golden.AsSpan().SequenceEqual(bytes)) throw new InvalidDataException($"{name}: expected {Convert.ToHexString(golden)}, written was {Convert.ToHexString(bytes)}");
    }

    /// <summary>Today's code reads the file and writes it again as it was. For content that is computed in floating point, which another machine may round otherwise.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="sample">What to write when files are made.</param>
    /// <param name="read">From bytes.</param>
    /// <param name="write">To bytes.</param>
    /// <returns>What the file holds.</returns>
    public static T AssertReadAndWritten<T>(string name, T sample, Func<byte[], T> read, Func<T, byte[]> write)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(write);
        Offer(name, write(sample));
        var item = read(Read(name));
        AssertWritten(name, write(item));
        return item;
    }

    private static void Offer(string name, byte[] bytes)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSSTREAM_GOLDEN") is not { Length: > 0 } folder) return;
        string offered = Path.Combine(folder, name), used = Path.Combine(AppContext.BaseDirectory, "Golden", name);
        if (File.Exists(offered)) return;
        File.WriteAllBytes(offered, bytes);
        Directory.CreateDirectory(Path.GetDirectoryName(used)!);
        File.Copy(offered, used, overwrite: true);
    }
}
