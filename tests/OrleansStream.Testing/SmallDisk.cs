using System.Diagnostics;

namespace OrleansStream.Testing;

/// <summary>A disk of a few MiB in memory, to be filled and made read-only. Needs the right to mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly ScratchDirectory _place = new();

    private SmallDisk() { }

    public string Path => _place.Path;

    /// <summary>Null where mounting is not allowed.</summary>
    /// <param name="mebibytes">Its size.</param>
    /// <param name="owner">Who may write; null for who runs the test.</param>
    public static SmallDisk? TryCreate(int mebibytes, string? owner = null)
    {
        var disk = new SmallDisk();
        string options = owner is null ? $"size={mebibytes}m" : $"size={mebibytes}m,uid={owner},mode=0700";
        if (Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.Path)) return disk;
        disk._place.Dispose();
        return null;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Filler);

    /// <summary>Whether anything on it can be changed, by root neither.</summary>
    public void SetReadOnly(bool readOnly)
    {
        if (!Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Path)) throw new InvalidOperationException($"{Path} could not be remounted.");
    }

    public void Dispose()
    {
        if (!Run("umount", Path)) Run("umount", "--lazy", Path);
        _place.Dispose();
    }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
