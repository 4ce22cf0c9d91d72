namespace OrleansStream.Streams.Embedded.Backup;

/// <summary>A copy of a file that is being written to: so much of it as there is when it begins.</summary>
internal static class FileCopy
{
    private const int Chunk = 1 << 20;

    /// <returns>Its length in bytes; they are on disk.</returns>
    public static long Copy(string source, string target)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var to = new FileStream(target, FileMode.Create, FileAccess.Write);
        long length = from.Length, copied = 0;
        byte[] buffer = new byte[(int)Math.Clamp(length, 1, Chunk)];
        while (copied < length && from.Read(buffer, 0, (int)Math.Min(buffer.Length, length - copied)) is var count and > 0)
        {
            to.Write(buffer, 0, count);
            copied += count;
        }
        to.Flush(flushToDisk: true);
        return copied;
    }
}
