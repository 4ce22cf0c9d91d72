using Microsoft.Extensions.Options;
using Npgsql;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Tests.Conformance;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.Postgres;

public sealed class PostgresCheckpointStoreTests : CheckpointStoreContract, IAsyncLifetime
{
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresPlace.CreateDatabaseAsync();
        await using var store = NewStore();
        await store.MigrateAsync();
    }

    public ValueTask DisposeAsync()
    {
        base.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ICheckpointStore Open() => NewStore();

    protected override void Close(ICheckpointStore store) => ((PostgresCheckpointStore)store).Dispose();

    [Fact]
    public async Task KeepsTheRows_WhenItIsMigratedAgain()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        for (int i = 0; i < 3; i++) await ((PostgresCheckpointStore)Store).MigrateAsync();
        await AssertRowAsync(Store, A, 1, 1);
    }

    [Fact]
    public async Task WritesAndReadsAgain_WhenTheTableWasAwayForAWhile()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        await PostgresPlace.ExecuteAsync(_database, "ALTER TABLE OrleansStorage RENAME TO Away");
        await Assert.ThrowsAsync<PostgresException>(() => Store.WriteAsync([Write(A, 1, 2)]));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.ReadAsync(A));
        await PostgresPlace.ExecuteAsync(_database, "ALTER TABLE Away RENAME TO OrleansStorage");
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 1, 2)]));
        await AssertRowAsync(Store, A, 2, 2);
    }

    [Theory]
    [InlineData("nul-\0")]
    [InlineData("half-of-a-pair-\ud83d")]
    public async Task WritesTheOthers_WhenAKeyIsNoTextForTheDatabase(string key)
    {
        var writes = Enumerable.Range(0, 9).Select(i => Write(GrainId.Create("test", $"k{i}"), 0, (byte)i)).ToList();
        writes.Insert(5, Write(new GrainId(GrainType.Create("test"), IdSpan.Create(key)), 0, 1));
        var outcomes = await Store.WriteAsync(writes);
        // Half of a pair is replaced when Orleans makes a key of it: any answer but a failure of its neighbours is right.
        if (key.Contains('\0', StringComparison.Ordinal)) Assert.NotNull(outcomes[5].Fault);
        for (byte i = 0; i < 9; i++) await AssertRowAsync(Store, GrainId.Create("test", $"k{i}"), 1, i);
    }

    [Fact]
    public async Task WritesTheOthers_WhenAKeyIsTooLong()
    {
        var tooLong = GrainId.Create("test", new string('x', 513));
        var outcomes = await Store.WriteAsync([Write(A, 0, 1), Write(tooLong, 0, 2), Write(B, 0, 3)]);
        Assert.Equal((true, true), (outcomes[0].IsWritten, outcomes[2].IsWritten));
        Assert.Contains("22001", outcomes[1].Fault, StringComparison.Ordinal);
        await AssertRowAsync(Store, A, 1, 1);
        await AssertRowAsync(Store, B, 1, 3);
    }

    [Fact]
    public async Task KeepsServicesApart_WhenTheyShareADatabase()
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        await using var other = NewStore("other");
        Assert.Null(await other.ReadAsync(A));
        Assert.Equal(new[] { CheckpointOutcome.Written }, await other.WriteAsync([Write(A, 0, 2)]));
        await AssertRowAsync(Store, A, 1, 1);
    }

    private PostgresCheckpointStore NewStore(string service = "orleansstream") =>
        new(Options.Create(new PostgresStorageOptions { ConnectionString = _database, ServiceId = service }));
}
