namespace OrleansStream.Streams.Tests.Golden;

/// <summary>
/// Bytes as a release wrote them, <c>name-format</c>. What stands in these files stands in somebody's store or log: a file is added when a format is, and never changed.
/// With ORLEANSSTREAM_GOLDEN=folder, files that are missing are written there, to be looked at and checked in.
/// </summary>
internal static class GoldenFile
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    /// <summary>Today's code writes what the file holds.</summary>
    public static void AssertWritten(string name, byte[] bytes)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSSTREAM_GOLDEN") is { Length: > 0 } folder && !File.Exists(Path.Combine(folder, name)))
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        byte[] golden = Read(name);
        Assert.True(golden.AsSpan().SequenceEqual(bytes), $"{name}: expected {Convert.ToHexString(golden)}, written was {Convert.ToHexString(bytes)}");
    }
}
