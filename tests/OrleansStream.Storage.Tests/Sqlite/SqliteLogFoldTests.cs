using OrleansStream.Storage.Commits;
using OrleansStream.Storage.Sqlite;

namespace OrleansStream.Storage.Tests.Sqlite;

/// <summary>The write-ahead log is folded beside the writing, and stays short however much is written.</summary>
public sealed class SqliteLogFoldTests : IDisposable
{
    private const int WalPages = 100;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleansstream-fold-");
    private readonly SqliteDatabase _database;

    public SqliteLogFoldTests()
    {
        _database = new SqliteDatabase(new SqliteStorageOptions { File = Path.Combine(_directory.FullName, "state.db"), WalPages = WalPages });
        _database.Migrate();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void BeginsTheLogAnew_WhenItWasFolded()
    {
        using var writer = new SqliteRowWriter(_database.OpenWriter(), "s");
        using var fold = new SqliteLogFold(_database, new Lock());
        writer.Write([.. Enumerable.Range(0, 2 * WalPages).Select(i => Row(i, null))]);
        long full = LogPages();
        Assert.True(full >= 2 * WalPages, $"The log has {full} pages.");

        fold.Fold();
        writer.Write([Row(0, 1)]);

        Assert.InRange(LogPages(), 1, WalPages / 2);
        Assert.True(writer.TakePagesWritten() >= full);
        Assert.Equal(0, writer.TakePagesWritten());
    }

    [Fact]
    public async Task KeepsTheLogShort_WhenMuchIsWritten()
    {
        var rows = new SqliteRows(_database, "s");
        for (int version = 0; version < 60; version++)
        {
            var versions = await rows.CommitAsync([.. Enumerable.Range(0, 50).Select(i => Row(i, version == 0 ? null : version))], TestContext.Current.CancellationToken);
            Assert.All(versions, v => Assert.Equal(version + 1, v));
        }
        // The fold is under way somewhere; the writer's own bound holds whatever it does.
        Assert.InRange(new FileInfo(_database.File + "-wal").Length, 1, 10 * WalPages * 4_120);
        await rows.DisposeAsync();

        using var reader = new SqliteRowReader(_database.Open(), "s");
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(60, reader.Row(Row(i, null).Row)!.Version));
    }

    /// <summary>Pages in the log now: its file does not shrink, and a reader of its own would not see where it ends.</summary>
    private long LogPages()
    {
        using var connection = _database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader.GetInt64(1);
    }

    private static RowWrite Row(int key, int? version) => new(RowIdentity.OfCheckpoint(GrainId.Create("test", $"key-{key}")), RowChange.Write, version, new byte[4_000], [], []);
}
