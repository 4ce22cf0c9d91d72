using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Schema;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Testing;

namespace OrleansStream.Storage.Tests.Sqlite;

public sealed class SqliteSchemaTests : IDisposable
{
    private readonly ScratchDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RefusesToStart_WhenTheDatabaseIsTooNew()
    {
        Store().Migrate();
        Execute("INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (9, 7)");
        var e = Assert.Throws<SchemaException>(() => Store().Migrate());
        Assert.Contains("written by schema version 9, this code knows version 3; version 7 is the oldest that can work with it", e.Message, StringComparison.Ordinal);
        Execute("UPDATE OrleansStreamVersions SET ReadableBy=3 WHERE Version=9");
        Store().Migrate();
    }

    [Fact]
    public void RefusesToStart_WhenTheDatabaseIsOlderAndMigrationIsOff()
    {
        var e = Assert.Throws<SchemaException>(() => Store(migrate: false).Migrate());
        Assert.Contains("has schema version 0, this code needs version 3, and migration is switched off", e.Message, StringComparison.Ordinal);
        Store().Migrate();
        Store(migrate: false).Migrate();
    }

    /// <summary>Files of the first releases have two scripts in their journal, and do not say their version.</summary>
    [Fact]
    public async Task KeepsRowsAndHistory_WhenAFileOfTheFirstReleaseIsOpened()
    {
        var store = Store();
        store.Migrate();
        var grain = GrainId.Create("card", "a");
        await store.WriteAsync([new CheckpointWrite(grain, 0, [7], [new HistoryChunk(3, new byte[8], [1])], [])]);
        store.Dispose();
        Execute("DROP TABLE OrleansStreamVersions; DROP TABLE OrleansQuery; DROP INDEX UX_OrleansStorage;" +
            "CREATE UNIQUE INDEX UX_OrleansStorage ON OrleansStorage (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, IFNULL(GrainIdExtensionString, ''), ServiceId);" +
            "DELETE FROM SchemaVersions WHERE ScriptName LIKE '%.0003%'");

        using var newer = Store();
        newer.Migrate();
        Assert.Equal((1, 7), (await newer.ReadAsync(grain)) is { } row ? (row.Version, row.Payload[0]) : default);
        Assert.Single(await newer.ReadHistoryAsync(grain, 100, 10));
        Assert.Equal(new[] { CheckpointOutcome.Written }, await newer.WriteAsync([new CheckpointWrite(grain, 1, [8])]));
    }

    /// <summary>Versions count from the scripts' names; a gap or a number that is used twice would confuse them.</summary>
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void ScriptsAreNumberedWithoutGaps_WhenOneIsAdded(string database)
    {
        string prefix = $"OrleansStream.Storage.{database}.Scripts.";
        var numbers = typeof(SchemaException).GetTypeInfo().Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name.Substring(prefix.Length, 4)).Order().ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => $"{i:d4}"), numbers);
    }

    private SqliteCheckpointStore Store(bool migrate = true) => new(Options.Create(new SqliteStorageOptions { File = File, Migrate = migrate }));

    private string File => Path.Combine(_folder.Path, "state.db");

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
