using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansStream.Storage.Postgres;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Model;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;
using OrleansStream.Streams.Tests.RandomFaults;
using OrleansStream.Testing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>What real databases refuse: the engine buries it, and goes on with everything else.</summary>
public abstract class DatabaseRefusalTests : EngineContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();

    /// <summary>The database refuses rows larger than so many bytes from now on: those of keys and those of their history.</summary>
    protected abstract Task LimitRowsAsync(int bytes);

    [Fact]
    public async Task BuriesTheRecords_WhenTheDatabaseRefusesTheirRows()
    {
        await AppendAsync(40, keys: 4);
        await AssertAllAppliedOnceAsync("before");
        await LimitRowsAsync(30_000);
        string large = new('x', 40_000);
        await AppendAsync(20, keys: 4);
        // The output has its input's id. So has a dead letter: the row takes neither, and the letter leaves all the same.
        LogRecord[] bad = [Records.Of("k1", $"{large}-1", "one"), Records.Of("k2", $"{large}-2", "two")];
        await Engine.Log.AppendAsync(ChainProcessor.Topic, bad);
        await AppendAsync(20, keys: 4);
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        var letters = await LettersAsync();
        Assert.Equal([("k1", bad[0].Id, "one"), ("k2", bad[1].Id, "two")], letters.Select(l => (l.Key, l.Id, Encoding.UTF8.GetString(l.Value))).OrderBy(l => l.Key));
        Assert.All(letters, letter => Assert.Equal("state-unstorable", letter.Code));
        for (int k = 0; k < 4; k++) Assert.Equal(Enumerable.Range(1, 20).Aggregate(ChainState.Empty, (state, i) => state.Then($"k{k}-{i:d6}")), await Engine.ShownAsync($"k{k}"));
    }

    protected async Task<List<DeadLetter>> LettersAsync() => [.. (await LogContents.ReadAsync(Engine.Log, DeadLetter.TopicName)).Select(r => DeadLetter.FromJson(r.Value.Span))];
}

public sealed class SqliteRefusalTests : DatabaseRefusalTests
{
    private readonly SqlitePlace _place = new();

    protected override ICheckpointStore CreateStore() => _place;

    protected override async Task LimitRowsAsync(int bytes)
    {
        await using var connection = new SqliteConnection($"Data Source={_place.File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"CREATE TRIGGER NoMore BEFORE UPDATE ON OrleansStorage WHEN length(NEW.PayloadBinary)>{bytes} BEGIN SELECT RAISE(ABORT, 'too large'); END;" +
            $"CREATE TRIGGER NoMoreHistory BEFORE INSERT ON OrleansStreamHistory WHEN length(NEW.Payload)>{bytes} BEGIN SELECT RAISE(ABORT, 'too large'); END";
        await command.ExecuteNonQueryAsync();
    }
}

public sealed class PostgresRefusalTests : DatabaseRefusalTests
{
    private string _database = "";

    protected override ICheckpointStore CreateStore()
    {
        if (PostgresServer.Missing is { } missing) Assert.Skip(missing);
        return Task.Run(async () =>
        {
            _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            var store = new PostgresCheckpointStore(Options.Create(new PostgresStorageOptions { ConnectionString = _database, ServiceId = "s" }));
            await store.MigrateAsync();
            return store;
        }).GetAwaiter().GetResult();
    }

    protected override async Task LimitRowsAsync(int bytes)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"ALTER TABLE OrleansStorage ADD CHECK (length(PayloadBinary)<={bytes}); ALTER TABLE OrleansStreamHistory ADD CHECK (length(Payload)<={bytes})", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>PostgreSQL's text has no NUL, and the column ends at 512 characters.</summary>
    [Fact]
    public async Task BuriesAllRecordsOfTheKeyAndOthersGoOn_WhenItIsNoTextForTheDatabase()
    {
        string[] bad = ["nul-\0-inside", new('x', 600)];
        await AppendAsync(Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? $"k{i % 2}" : bad[i % 3 - 1]));
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        var letters = await LettersAsync();
        Assert.Equal([20, 20], bad.Select(key => letters.Count(l => l.Key == key && l.Code == "state-unstorable")));
        Assert.Equal((10, 10, 40), ((await Engine.ShownAsync("k0")).Count, (await Engine.ShownAsync("k1")).Count, letters.Count));
        // It is read, too, as a key that nobody knows.
        Assert.Equal(0, (await Engine.ShownAsync(bad[0])).Count);
    }
}
