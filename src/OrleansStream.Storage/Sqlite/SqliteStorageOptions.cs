using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Settings of the SQLite store, section <c>OrleansStream:Sqlite</c>.</summary>
public sealed class SqliteStorageOptions
{
    public const string Section = "OrleansStream:Sqlite";

    /// <summary>The database file. Default: <c>state.db</c> in the data directory.</summary>
    [Required] public string File { get; set; } = "";

    /// <summary>Pages written to the write-ahead log after which it is folded into the database, beside the writing. 4 KiB each. Default 4,000.</summary>
    [Range(100, 1_000_000)] public int WalPages { get; set; } = 4_000;

    /// <summary>Whether this process may bring the schema up to date. Default true.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>The service id of the rows, as in Orleans' cluster options.</summary>
    [Required] public string ServiceId { get; set; } = "orleansstream";
}
