using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Storage.Commits;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Storage.Tests.GrainStates;
using OrleansStream.Testing;

namespace OrleansStream.Storage.Tests.Faults;

/// <summary>SQLite under load while its file or disk does not do. What was acknowledged is there, and nobody restarts anything.</summary>
public sealed class SqliteFaultTests : IAsyncDisposable
{
    private readonly ScratchDirectory _folder = new();
    private readonly List<IAsyncDisposable> _opened = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened)) await opened.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task LosesNothing_WhenTheDiskIsFullForAWhile()
    {
        using var disk = SmallDisk.TryCreate(16);
        Assert.SkipWhen(disk is null, "Mounting is not allowed here.");
        var storage = await OpenAsync(disk.Path);
        await using var writers = new StateWriters(storage, 16).Start();
        await writers.MoreWritesAsync(100);
        disk.Fill();
        await writers.MoreFailuresAsync(20);
        Assert.Contains(writers.Errors, error => error.Key.Contains("SQLite Error 13", StringComparison.Ordinal) || error.Key.Contains("SQLite Error 10", StringComparison.Ordinal));
        disk.Free();
        await writers.MoreWritesAsync(100);
        await writers.StopAndCheckAsync(storage);
    }

    [Fact]
    public async Task LosesNothing_WhenTheDiskIsReadOnlyForAWhile()
    {
        using var disk = SmallDisk.TryCreate(16);
        Assert.SkipWhen(disk is null, "Mounting is not allowed here.");
        string folder = disk.Path;
        // A read-only mount needs no open file that may write: the provider is closed, as when a volume came back read-only after a restart.
        var storage = await OpenAsync(folder);
        await storage.WriteStateAsync("note", Grains.Of("k"), GrainStorageContract.New("first"));
        await storage.DisposeAsync();
        disk.SetReadOnly(true);
        await using var writer = new GroupCommitWriter(Rows(Path.Combine(folder, "state.db")), new GroupCommitOptions(), TimeProvider.System, NullLogger.Instance);
        for (int i = 0; i < 3; i++)
        {
            var e = await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync([Row("a")], CancellationToken.None));
            Assert.True(e.SqliteErrorCode is 8 or 10 or 14, e.Message);
        }
        disk.SetReadOnly(false);
        Assert.Equal(1, (await writer.WriteAsync([Row("a")], CancellationToken.None))[0].Version);
    }

    [Fact]
    public async Task LosesNothing_WhenTheFileHasReachedItsLimitForAWhile()
    {
        int pages = 0;
        var rows = Rows(File, connection => Execute(connection, $"PRAGMA max_page_count={(pages == 0 ? 1_000_000 : pages)}"));
        await using var writer = new GroupCommitWriter(rows, new GroupCommitOptions(), TimeProvider.System, NullLogger.Instance);
        await writer.WriteAsync([Row("before")], CancellationToken.None);
        pages = 1;
        // The limit counts for the connection that the writer opens next: one failure takes it there.
        Execute(Open(), "ALTER TABLE OrleansStorage RENAME TO Away");
        await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync([Row("b")], CancellationToken.None));
        Execute(Open(), "ALTER TABLE Away RENAME TO OrleansStorage");
        for (int i = 0; i < 3; i++) Assert.Equal(13, (await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync([Big("a")], CancellationToken.None))).SqliteErrorCode);
        pages = 0;
        Assert.Equal(1, (await writer.WriteAsync([Big("a")], CancellationToken.None))[0].Version);
    }

    [Fact]
    public async Task Waits_WhenAnotherProcessHoldsTheLock()
    {
        var storage = await OpenAsync(_folder.Path);
        await using var writers = new StateWriters(storage, 8).Start();
        await writers.MoreWritesAsync(50);
        using (var other = Open())
        {
            Execute(other, "BEGIN IMMEDIATE");
            int writes = writers.Writes;
            await writers.MoreFailuresAsync(8);
            Assert.InRange(writers.Writes - writes, 0, 8);
            Assert.Contains(writers.Errors, error => error.Key.Contains("locked", StringComparison.Ordinal));
            Execute(other, "ROLLBACK");
        }
        await writers.MoreWritesAsync(50);
        await writers.StopAndCheckAsync(storage);
    }

    /// <summary>SQLite calls the hook inside COMMIT, before anything is durable.</summary>
    [Fact]
    public async Task CompletesNothing_WhileTheCommitIsFrozen()
    {
        using var reached = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim(true);
        var rows = Rows(File, connection => SQLitePCL.raw.sqlite3_commit_hook(connection.Handle, _ =>
        {
            reached.Set();
            go.Wait();
            return 0;
        }, null));
        await using var writer = new GroupCommitWriter(rows, new GroupCommitOptions(), TimeProvider.System, NullLogger.Instance);
        await writer.WriteAsync([Row("before")], CancellationToken.None);
        reached.Reset();
        go.Reset();
        var writes = Enumerable.Range(0, 50).Select(i => writer.WriteAsync([Row($"k{i}")], CancellationToken.None)).ToList();
        Assert.True(reached.Wait(TimeSpan.FromSeconds(30)), "no commit was reached");
        await Task.Delay(100);
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        using (var other = Open()) Assert.Equal(1L, Scalar(other, "SELECT count(*) FROM OrleansStorage"));
        go.Set();
        Assert.All(await Task.WhenAll(writes).WaitAsync(TimeSpan.FromSeconds(30)), outcomes => Assert.Equal(1, outcomes[0].Version));
    }

    [Fact]
    public async Task FailsTheWriterOnly_WhenItsStateIsTooLarge()
    {
        var rows = Rows(File, connection => SQLitePCL.raw.sqlite3_limit(connection.Handle, SQLitePCL.raw.SQLITE_LIMIT_LENGTH, 100_000));
        await using var writer = new GroupCommitWriter(rows, new GroupCommitOptions(), TimeProvider.System, NullLogger.Instance);
        var outcomes = await writer.WriteAsync([Row("a"), Big("too-large"), Row("b")], CancellationToken.None);
        Assert.Equal([1, null, 1], outcomes.Select(outcome => outcome.Version));
        Assert.Equal(18, Assert.IsType<SqliteException>(outcomes[1].Fault).SqliteErrorCode);
    }

    private string File => Path.Combine(_folder.Path, "state.db");

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private SqliteRows Rows(string file, Action<SqliteConnection>? opened = null)
    {
        var database = new SqliteDatabase(new SqliteStorageOptions { File = file }) { WriterOpened = opened };
        if (!System.IO.File.Exists(file)) database.Migrate();
        var rows = new SqliteRows(database, "s");
        _opened.Add(rows);
        return rows;
    }

    private async Task<GroupCommitGrainStorage> OpenAsync(string folder)
    {
        var place = StatePlace.OnFile(Path.Combine(folder, "state.db"));
        _opened.Add(place);
        return await place.OpenGroupCommitAsync();
    }

    private static RowWrite Row(string key) => new(RowIdentity.OfCheckpoint(GrainId.Create("test", key)), RowChange.Write, null, new byte[] { 1 }, [], []);

    private static RowWrite Big(string key) => Row(key) with { Payload = new byte[1 << 20] };

    private static void Execute(SqliteConnection connection, string sql) => Scalar(connection, sql);

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
