using System.Runtime.InteropServices;

namespace OrleansStream.Streams.Embedded.Files;

/// <summary>
/// fsync of a directory, which .NET does not offer: without it a new file's name, a rename or a deletion may be gone after a power loss.
/// Windows needs none: NTFS journals names by itself.
/// </summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The system refused; its number is the error's.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(directory, ReadOnly);
        if (descriptor < 0) throw Failed(directory);
        try
        {
            if (Fsync(descriptor) < 0) throw Failed(directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string directory)
    {
        int number = Marshal.GetLastPInvokeError();
        return new IOException($"The directory '{directory}' could not be flushed: {Marshal.GetPInvokeErrorMessage(number)}.", number);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
