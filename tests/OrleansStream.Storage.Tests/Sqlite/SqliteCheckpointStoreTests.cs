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
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 1, 2)]));
        await AssertRowAsync(Store, A, 2, 2);
    }

    [Fact]
    public async Task WritesTheOthers_WhenARowOfTheBatchCannotBeStored()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        Execute("CREATE TRIGGER Refused BEFORE INSERT ON OrleansStreamHistory BEGIN SELECT RAISE(ABORT, 'no'); END");
        var writes = Enumerable.Range(0, 9).Select(i => Write(GrainId.Create("test", $"k{i}"), 0, (byte)i)).ToList();
        var outcomes = await Store.WriteAsync([Write(A, 1, 2), Write(B, 0, 1, Chunk(1, 1)), .. writes]);
        Assert.Equal((true, false, true), (outcomes[0].IsWritten, outcomes[1].IsWritten, outcomes[2].IsWritten));
        Assert.Contains("no", outcomes[1].Fault, StringComparison.Ordinal);
        await AssertRowAsync(Store, A, 2, 2);
        for (byte i = 0; i < 9; i++) await AssertRowAsync(Store, GrainId.Create("test", $"k{i}"), 1, i);
        Assert.Null(await Store.ReadAsync(B));
        Execute("DROP TRIGGER Refused");
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(B, 0, 1, Chunk(1, 1))]));
    }

    [Fact]
    public async Task ReadsAgain_WhenTheTableWasAwayForAWhile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        await AssertRowAsync(Store, A, 1, 1);
        Execute("ALTER TABLE OrleansStorage RENAME TO Away");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.ReadAsync(A));
        Execute("ALTER TABLE Away RENAME TO OrleansStorage");
        await AssertRowAsync(Store, A, 1, 1);
    }

    [Fact]
    public async Task KeepsServicesApart_WhenTheyShareAFile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        using var other = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = File, ServiceId = "other" }));
        Assert.Null(await other.ReadAsync(A));
        Assert.Equal(new[] { CheckpointOutcome.Written }, await other.WriteAsync([Write(A, 0, 2)]));
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
