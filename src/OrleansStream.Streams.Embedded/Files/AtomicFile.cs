namespace OrleansStream.Streams.Embedded.Files;

/// <summary>Small files replaced as a whole (write aside, flush, rename, flush the directory): a crash leaves either the old or the new one.</summary>
internal static class AtomicFile
{
    public const string Aside = ".new";

    public static void Write(ILogFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        string aside = path + Aside;
        using (var file = files.OpenWrite(aside, create: true))
        {
            file.Write(content, 0);
            file.Flush();
        }
        files.Rename(aside, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>The content; null when there is no such file.</summary>
    public static byte[]? Read(ILogFileSystem files, string path)
    {
        if (!files.List(Path.GetDirectoryName(path)!).Contains(Path.GetFileName(path))) return null;
        using var file = files.OpenRead(path);
        byte[] content = new byte[file.Length];
        return file.Read(content, 0) == content.Length ? content : throw new IOException($"'{path}' ended while it was read.");
    }
}
