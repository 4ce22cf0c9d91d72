using System.Globalization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Files;

/// <summary>Held while a process owns a log folder; the operating system releases it however the process ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="LogUnavailableException">Another process has the folder.</exception>
    public static DirectoryLock Acquire(string directory)
    {
        string path = Path.Combine(directory, "lock");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new LogUnavailableException(
                $"The data directory '{directory}' is in use by another process. Stop that process, or start this one with --data and another directory.", e);
        }
        NameOwner(file);
        return new DirectoryLock(file);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>For people who look into the file; on a full disk they do without.</summary>
    private static void NameOwner(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch (IOException)
        {
        }
    }
}
