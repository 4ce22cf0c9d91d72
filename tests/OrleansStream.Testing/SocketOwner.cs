using System.Globalization;

namespace OrleansStream.Testing;

/// <summary>Which process holds a connection's end on this machine; as Linux knows it.</summary>
internal static class SocketOwner
{
    private const int LocalAddress = 1, Inode = 9;

    /// <summary>Whether the process holds the end with this local port.</summary>
    public static bool Holds(int process, int port)
    {
        var inodes = Inodes(port).ToHashSet();
        return inodes.Count > 0 && Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Any(file => inodes.Contains(TargetOf(file)));
    }

    private static IEnumerable<string> Inodes(int port)
    {
        string end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string table in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            foreach (string line in File.ReadLines(table).Skip(1))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[LocalAddress].EndsWith(end, StringComparison.Ordinal)) yield return $"socket:[{fields[Inode]}]";
            }
        }
    }

    private static string TargetOf(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return "";
        }
    }
}
