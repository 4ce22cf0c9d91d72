using Orleans.Storage;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.GrainStates;

/// <summary>Settings of one group-commit storage provider. The names are those of <c>AdoNetGrainStorageOptions</c>: one can take the other's place.</summary>
public sealed class GroupCommitGrainStorageOptions : IStorageProviderSerializerOptions
{
    public const string Postgres = "Npgsql";
    public const string Sqlite = "System.Data.SQLite";

    /// <summary><c>Npgsql</c> (default) or <c>System.Data.SQLite</c>.</summary>
    public string Invariant { get; set; } = Postgres;

    /// <summary>Required. For SQLite <c>Data Source=file</c>.</summary>
    [Redact] public string ConnectionString { get; set; } = "";

    /// <summary>How states become bytes. Default: the silo's, which is JSON. Rows are readable by who uses the same.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    /// <summary>Whether a cleared state's row goes, and not only what it holds. Default false, as in Orleans' provider.</summary>
    public bool DeleteStateOnClear { get; set; }

    /// <summary>Whether this provider may bring the schema up to date. Default true.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>How concurrent writes are gathered.</summary>
    public GroupCommitOptions Commit { get; set; } = new();

    /// <summary>When the silo starts it. Default: as Orleans' providers.</summary>
    public int InitStage { get; set; } = ServiceLifecycleStage.ApplicationServices;
}
