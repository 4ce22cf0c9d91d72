using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Storage.Postgres;

/// <summary>Settings of the PostgreSQL store, section <c>OrleansStream:Storage:Postgres</c>. PostgreSQL 15 or newer.</summary>
public sealed class PostgresStorageOptions
{
    public const string Section = "OrleansStream:Storage:Postgres";

    /// <summary>The connection string in Npgsql's form. Default: the one named by <see cref="ConnectionName"/>. What it says of pool and time-outs counts before the defaults here.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The name under <c>ConnectionStrings</c> that is taken when no connection string is given. Default <c>orleansdb</c>.</summary>
    [Required] public string ConnectionName { get; set; } = "orleansdb";

    /// <summary>The service id of the rows, at most 150 characters. Default: <c>Orleans:ServiceId</c>, or <c>orleansstream</c>.</summary>
    [StringLength(150)] public string ServiceId { get; set; } = "";

    /// <summary>Whether this process may bring the schema up to date. Default true.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>Most connections of this process to the database. Default 32; of them one writes.</summary>
    [Range(2, 1000)] public int MaxPoolSize { get; set; } = 32;

    /// <summary>How long a connection may take to be made. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement, a commit included, may take before its connection is given up. Default 30 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
