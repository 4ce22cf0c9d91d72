using Microsoft.Win32.SafeHandles;

namespace OrleansStream.Streams.Embedded.Files;

/// <summary>The operating system's files, as they are.</summary>
internal sealed class LogFileSystem : ILogFileSystem
{
    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent)) CreateDirectory(parent);
        Directory.CreateDirectory(path);
        if (!string.IsNullOrEmpty(parent)) SyncDirectory(parent);
    }

    public IReadOnlyList<string> List(string directory) => [.. Directory.EnumerateFiles(directory).Select(f => Path.GetFileName(f))];

    // Sharing is wide open: the directory's lock keeps other processes out, and a segment may be deleted under its readers.
    public ILogFile OpenRead(string path) =>
        new LogFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public ILogFile OpenWrite(string path, bool create) =>
        new LogFile(File.OpenHandle(path, create ? FileMode.Create : FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void Delete(string path) => File.Delete(path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void SyncDirectory(string directory) => DirectorySync.Flush(directory);

    public VolumeSpace Space(string directory)
    {
        var drive = new DriveInfo(directory);
        return new VolumeSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }

    public IDisposable Lock(string directory) => DirectoryLock.Acquire(directory);

    private sealed class LogFile(SafeFileHandle handle) : ILogFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long position)
        {
            int read = 0;
            while (read < buffer.Length && RandomAccess.Read(handle, buffer[read..], position + read) is > 0 and int n) read += n;
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            try
            {
                RandomAccess.Write(handle, bytes, position);
            }
            catch (ArgumentOutOfRangeException e)
            {
                // .NET reports EFBIG so: the file would become larger than the system or a limit allows.
                throw new IOException(e.Message, IoErrors.FileTooLarge);
            }
        }

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => handle.Dispose();
    }
}
