namespace OrleansStream.Streams.Embedded.Files;

/// <summary>
/// Everything the log does with files, so that tests can fail, tear, hang and lose any of it. What is written or renamed is on disk only
/// after <see cref="ILogFile.Flush"/> and <see cref="SyncDirectory"/>. Failures are <see cref="IOException"/> with the system's error number.
/// </summary>
internal interface ILogFileSystem
{
    /// <summary>Creates the directory and its parents where they are missing.</summary>
    void CreateDirectory(string path);

    /// <summary>The names of the files in the directory, without those of directories; in no order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Opens for reading. A file that is deleted meanwhile can be read to its end.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    ILogFile OpenRead(string path);

    /// <summary>Opens for reading and writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Creates it, or empties the one that is there.</param>
    ILogFile OpenWrite(string path, bool create);

    void Delete(string path);

    /// <summary>Replaces <paramref name="to"/> if it is there.</summary>
    void Rename(string from, string to);

    /// <summary>Makes creations, renames and deletions in the directory durable.</summary>
    void SyncDirectory(string directory);

    VolumeSpace Space(string directory);

    /// <summary>Held until disposed, or until the process ends however it does.</summary>
    /// <exception cref="Streams.Log.LogUnavailableException">Another process has the directory.</exception>
    IDisposable Lock(string directory);
}

/// <summary>One open file.</summary>
internal interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all of it, or throws; then any part of it may have been written.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>Returns when everything written is on disk.</summary>
    void Flush();

    void SetLength(long length);
}

/// <param name="Free">What this process may still use. Bytes.</param>
/// <param name="Total">The volume's size. Bytes.</param>
internal readonly record struct VolumeSpace(long Free, long Total);
