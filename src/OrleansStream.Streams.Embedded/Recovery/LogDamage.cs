using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Recovery;

/// <summary>Damage that must not be passed over: serving the rest would be silently wrong.</summary>
internal static class LogDamage
{
    /// <param name="path">The file.</param>
    /// <param name="position">The byte in it.</param>
    /// <param name="reason">What is wrong there.</param>
    /// <param name="inDoubt">Which records cannot be vouched for.</param>
    public static LogUnavailableException Refuse(string path, long position, string reason, string inDoubt) => new(
        $"'{path}' is damaged at byte {position}: {reason}. In doubt: {inDoubt}. The log is not opened. Restore that file from a copy, " +
        $"or move the directory '{Path.GetDirectoryName(path)}' away to start empty.");
}
