using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Storage.Tests.Conformance;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.Sqlite;

public sealed class SqliteCheckpointStoreTests : CheckpointStoreContract
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansstream-sqlite-").FullName;

    private string File => Path.Combine(_directory, "state.db");

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    protected override ICheckpointStore Open()
    {
        var store = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = File }));
        store.Migrate();
        return store;
    }

    protected override void Close(ICheckpointStore store) => ((SqliteCheckpointStore)store).Dispose();

    [Fact]
    public async Task KeepsTheRows_WhenItIsMigratedAgain()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        for (int i = 0; i < 3; i++) ((SqliteCheckpointStore)Store).Migrate();
        await AssertRowAsync(Store, A, 1, 1);
    }

    [Fact]
    public async Task Ends_WhenItIsDisposedTwice()
    {
        var store = Open();
        await store.WriteAsync([Write(A, 0, 1)]);
        Close(store);
        Close(store);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => store.WriteAsync([Write(A, 1, 1)]));
    }

    [Fact]
    public void Ends_WhenItIsDisposedUnused() => Close(Open());

    [Fact]
    public async Task WritesAgain_WhenTheTableWasAwayForAWhile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        Execute("ALTER TABLE OrleansStorage RENAME TO Away");
        await Assert.ThrowsAsync<SqliteException>(() => Store.WriteAsync([Write(A, 1, 2)]));
        await Assert.ThrowsAsync<SqliteException>(() => Store.WriteAsync([Write(A, 1, 2)]));
        Execute("ALTER TABLE Away RENAME TO OrleansStorage");
        Assert.Equal(new[] { true }, await Store.WriteAsync([Write(A, 1, 2)]));
        await AssertRowAsync(Store, A, 2, 2);
    }

    /// <summary>A write that cannot be carried out is no conflict: it throws, and the transaction leaves nothing of its neighbours.</summary>
    [Fact]
    public async Task StoresNothingOfTheBatch_WhenItsHistoryCannotBeWritten()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        Execute("CREATE TRIGGER Full BEFORE INSERT ON OrleansStreamHistory BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        await Assert.ThrowsAsync<SqliteException>(() => Store.WriteAsync([Write(A, 1, 2), Write(B, 0, 1, Chunk(1, 1))]));
        await AssertRowAsync(Store, A, 1, 1);
        Assert.Null(await Store.ReadAsync(B));
        Execute("DROP TRIGGER Full");
        Assert.Equal(new[] { true, true }, await Store.WriteAsync([Write(A, 1, 2), Write(B, 0, 1, Chunk(1, 1))]));
    }

    [Fact]
    public async Task ReadsAgain_WhenTheTableWasAwayForAWhile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        await AssertRowAsync(Store, A, 1, 1);
        Execute("ALTER TABLE OrleansStorage RENAME TO Away");
        await Assert.ThrowsAsync<SqliteException>(async () => await Store.ReadAsync(A));
        Execute("ALTER TABLE Away RENAME TO OrleansStorage");
        await AssertRowAsync(Store, A, 1, 1);
    }

    [Fact]
    public async Task KeepsServicesApart_WhenTheyShareAFile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        using var other = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = File, ServiceId = "other" }));
        Assert.Null(await other.ReadAsync(A));
        Assert.Equal(new[] { true }, await other.WriteAsync([Write(A, 0, 2)]));
        await AssertRowAsync(Store, A, 1, 1);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
