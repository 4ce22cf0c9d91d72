using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Schema;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Storage.Tests.GrainStates;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Tests.Stock;

/// <summary>The configuration switches between group commit and Orleans' provider; both have the same rows.</summary>
[Collection("stock")]
public sealed class StockCheckpointStoreTests
{
    /// <summary>Orleans' provider by itself would give the first four one row.</summary>
    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task KeepsKeysApart_WhenTheyReadAsTheSameNumber(Database database)
    {
        await using var place = await StatePlace.CreateAsync(database);
        using var stock = await StoreHost.StartAsync(place, StorageOptions.Stock);
        string[] keys = ["a", "A", "0a", "000A", "0+a", "0+0+a", "a+", "00000000000000000000000000000000", "0"];
        await StoreHost.StoreOf(stock).WriteAsync([.. keys.Select((key, i) => new CheckpointWrite(Grains.Of(key), 0, [(byte)i]))]);
        for (int i = 0; i < keys.Length; i++) Assert.Equal((1, i), StoreHost.Of(await StoreHost.StoreOf(stock).ReadAsync(Grains.Of(keys[i]))));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task RefusesTheWriteAndNoOther_WhenItBringsHistoryOrTimers(Database database)
    {
        await using var place = await StatePlace.CreateAsync(database);
        using var stock = await StoreHost.StartAsync(place, StorageOptions.Stock);
        var plain = new CheckpointWrite(Grains.Of("plain"), 0, [1]);
        var history = new CheckpointWrite(Grains.Of("history"), 0, [1], [new HistoryChunk(1, new byte[8], [1])], []);
        var timer = new CheckpointWrite(Grains.Of("timer"), 0, [1], [], [new TimerWrite(new TopicPartition("t", 0), "n", DateTimeOffset.UnixEpoch)]);
        Assert.False(StoreHost.StoreOf(stock).KeepsHistory);
        var outcomes = await StoreHost.StoreOf(stock).WriteAsync([history, plain, timer]);
        Assert.Equal([false, true, false], outcomes.Select(outcome => outcome.IsWritten));
        Assert.Contains("output history", outcomes[0].Fault, StringComparison.Ordinal);
        Assert.Contains("timers", outcomes[2].Fault, StringComparison.Ordinal);
        Assert.All(new[] { outcomes[0], outcomes[2] }, outcome => Assert.Contains("OrleansStream:Storage:Provider", outcome.Fault, StringComparison.Ordinal));
        Assert.Null(await StoreHost.StoreOf(stock).ReadAsync(history.Grain));
    }

    [Fact]
    public async Task RefusesTheWriteAndNoOther_WhenTheDatabaseCannotHoldIt()
    {
        await using var place = await StatePlace.CreateAsync(Database.Postgres);
        using var stock = await StoreHost.StartAsync(place, StorageOptions.Stock);
        string[] keys = ["a", "nul-\0", new('x', 600), "b"];
        var outcomes = await StoreHost.StoreOf(stock).WriteAsync([.. keys.Select(key => new CheckpointWrite(Grains.Of(key), 0, [1]))]);
        Assert.Equal([true, false, false, true], outcomes.Select(outcome => outcome.IsWritten));
        Assert.All(outcomes[1..3], outcome => Assert.NotNull(outcome.Fault));
        foreach (string key in keys[1..3]) Assert.Null(await StoreHost.StoreOf(stock).ReadAsync(Grains.Of(key)));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task RefusesToStart_WhenTheDatabaseHoldsHistory(Database database)
    {
        await using var place = await StatePlace.CreateAsync(database);
        using var ours = await StoreHost.StartAsync(place, StorageOptions.GroupCommit);
        await StoreHost.StoreOf(ours).WriteAsync([new CheckpointWrite(Grains.Of("k"), 0, [1], [new HistoryChunk(1, new byte[8], [1])], [])]);
        var e = await Assert.ThrowsAsync<SchemaException>(() => StoreHost.StartAsync(place, StorageOptions.Stock));
        Assert.Contains("group-commit", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesToStart_WhenTheProviderIsUnknown()
    {
        await using var place = await StatePlace.CreateAsync(Database.Sqlite);
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => StoreHost.StartAsync(place, "redis"));
        Assert.Contains("group-commit or stock", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The last registered is the store; each is ready to be used all the same.</summary>
    [Fact]
    public async Task MigratesBoth_WhenTwoDatabasesAreRegistered()
    {
        await using var postgres = await StatePlace.CreateAsync(Database.Postgres);
        await using var sqlite = await StatePlace.CreateAsync(Database.Sqlite);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSqliteStorage(o => o.File = new SqliteConnectionStringBuilder(sqlite.ConnectionString).DataSource);
        builder.Services.AddPostgresStorage(o => o.ConnectionString = postgres.ConnectionString);
        using var host = builder.Build();
        await host.StartAsync();
        Assert.IsType<PostgresCheckpointStore>(StoreHost.StoreOf(host));
        foreach (ICheckpointStore store in new ICheckpointStore[] { host.Services.GetRequiredService<SqliteCheckpointStore>(), StoreHost.StoreOf(host) })
            Assert.Equal(new[] { CheckpointOutcome.Written }, await store.WriteAsync([new CheckpointWrite(Grains.Of("k"), 0, [1])]));
    }
}
