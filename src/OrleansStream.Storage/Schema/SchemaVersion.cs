namespace OrleansStream.Storage.Schema;

/// <summary>What a database says of itself.</summary>
/// <param name="Version">The version of its schema; 0 when it has none yet.</param>
/// <param name="ReadableBy">The oldest version of this code that can work with it.</param>
internal readonly record struct SchemaVersion(int Version, int ReadableBy)
{
    /// <summary>Reads both, the newest first.</summary>
    public const string Query = "SELECT Version, ReadableBy FROM OrleansStreamVersions ORDER BY Version DESC LIMIT 1";

    /// <summary>Whether scripts are to be run.</summary>
    /// <param name="known">The newest version this code knows.</param>
    /// <param name="database">Its name, for messages.</param>
    /// <param name="mayMigrate">Whether this process may run them.</param>
    /// <exception cref="SchemaException">It is too new for this code, or too old and must not be changed.</exception>
    public bool NeedsMigration(int known, string database, bool mayMigrate)
    {
        if (ReadableBy > known)
            throw new SchemaException(
                $"The database {database} was written by schema version {Version}, this code knows version {known}; version {ReadableBy} is the oldest that can work with it. " +
                "Start a newer release on it, or give this one a database of its own.");
        if (Version >= known) return false;
        if (!mayMigrate)
            throw new SchemaException(
                $"The database {database} has schema version {Version}, this code needs version {known}, and migration is switched off. " +
                "Set Migrate=true in the storage's section of the configuration for one process, or start one process that may migrate before the others.");
        return true;
    }
}

/// <summary>The database's schema does not fit this code; the message says what to do.</summary>
public sealed class SchemaException : InvalidOperationException
{
    public SchemaException() { }
    public SchemaException(string message) : base(message) { }
    public SchemaException(string message, Exception inner) : base(message, inner) { }
}
