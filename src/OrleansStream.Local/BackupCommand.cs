using System.Globalization;
using System.Text.Json;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded.Backup;
using OrleansStream.Streams.Log;

namespace OrleansStream.Local;

/// <summary>
/// <c>OrleansStream.Local backup TARGET [--data DIR]</c>: a copy of log and state that fit together, also while a process works on them. A copy is a data directory:
/// <c>--data TARGET</c> starts from it.
/// </summary>
internal static class BackupCommand
{
    public const string Name = "backup";

    /// <summary>Written last: a copy without it was broken off.</summary>
    private const string DoneFile = "backup.json";

    /// <returns>The exit code; the error output says why it is 1.</returns>
    public static int Run(string data, string? target)
    {
        if (string.IsNullOrWhiteSpace(target) || target.StartsWith('-')) return Fail($"Say where to: {Name} TARGET [--data DIR].");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()) return Fail($"'{target}' is not empty: name a folder of its own for each backup.");
        string state = Path.Combine(data, LocalHosting.StateFile), log = Path.Combine(data, LocalHosting.LogFolder);
        if (!File.Exists(state)) return Fail($"There is no '{state}': name the data directory with --data.");
        try
        {
            var started = TimeProvider.System.GetUtcNow();
            var copy = new EmbeddedLogBackup(log, Path.Combine(target, LocalHosting.LogFolder));
            copy.CopyOffsets();
            SqliteBackup.Copy(state, Path.Combine(target, LocalHosting.StateFile));
            long bytes = copy.CopyRecords();
            long rows = new FileInfo(Path.Combine(target, LocalHosting.StateFile)).Length;
            File.WriteAllText(Path.Combine(target, DoneFile), JsonSerializer.Serialize(new { startedAt = started, finishedAt = TimeProvider.System.GetUtcNow(), logBytes = bytes, stateBytes = rows }, JsonSerializerOptions.Web));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Copied {bytes:N0} bytes of log and {rows:N0} bytes of state to '{Path.GetFullPath(target)}'."));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LogUnavailableException)
        {
            return Fail(e.Message);
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine($"No backup was made: {reason}");
        return 1;
    }
}
