using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansStream.Storage.Commits;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Tests.GrainStates;
using OrleansStream.Storage.Tests.Postgres;
using OrleansStream.Testing;

namespace OrleansStream.Storage.Tests.Faults;

/// <summary>PostgreSQL under load while server, network or other transactions get in the way. What was acknowledged is there, and nobody restarts anything.</summary>
public sealed class PostgresFaultTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly List<IAsyncDisposable> _opened = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened)) await opened.DisposeAsync();
    }

    [Fact]
    public async Task LosesNothing_WhenTheServerCrashesAndComesBack()
    {
        await using var server = await OwnServerAsync();
        var storage = await OpenAsync(await server.CreateDatabaseAsync());
        await using var writers = new StateWriters(storage, 16).Start();
        for (int round = 0; round < 2; round++)
        {
            await writers.MoreWritesAsync(100);
            await server.StopAsync();
            await writers.MoreFailuresAsync(32);
            await server.StartAgainAsync();
        }
        await writers.MoreWritesAsync(100);
        await writers.StopAndCheckAsync(storage);
    }

    /// <summary>
    /// The two minutes of the virtual clock (<see cref="Commits.GroupCommitWriterTests"/>) in 10 s of a real network: 64 callers try again at once, and the database sees
    /// few attempts. It is back within the longest pause.
    /// </summary>
    [Fact]
    public async Task AttemptsAreFew_WhenTheDatabaseIsAwayAndCallersTryAgainAtOnce()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await using var proxy = new TcpProxy(PortOf(database));
        await using var writer = Writer(Through(proxy, database));
        await writer.WriteAsync([Row("before")], CancellationToken.None);
        proxy.Refuses = true;
        proxy.Break();
        int before = proxy.Connections;
        var calls = Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            for (int failures = 0; ; failures++)
            {
                try
                {
                    Assert.Equal(1, (await writer.WriteAsync([Row($"k{i}")], CancellationToken.None))[0].Version);
                    return failures;
                }
                catch (NpgsqlException)
                {
                    // At once again.
                }
            }
        })).ToList();
        await Task.Delay(TimeSpan.FromSeconds(10));
        int attempts = proxy.Connections - before;
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        Assert.InRange(attempts, 3, 15);
        proxy.Refuses = false;
        int[] failures = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.All(failures, count => Assert.InRange(count, 1, 15));
    }

    [Fact]
    public async Task LosesNothing_WhenConnectionsAreTerminatedMidTransaction()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        var storage = await OpenAsync(database);
        await using var writers = new StateWriters(storage, 16).Start();
        for (int round = 0; round < 10; round++)
        {
            await writers.MoreWritesAsync(50);
            await PostgresPlace.ExecuteAsync(database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=current_database() AND pid<>pg_backend_pid() AND application_name='orleansstream'");
        }
        await writers.MoreWritesAsync(100);
        await writers.StopAndCheckAsync(storage);
        Assert.True(writers.Failures > 0, "no termination was felt");
    }

    [Fact]
    public async Task LosesNothing_WhenTheNetworkBreaksAtAnyMoment()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await using var proxy = new TcpProxy(PortOf(database));
        var storage = await OpenAsync(Through(proxy, database));
        await using var writers = new StateWriters(storage, 16).Start();
        for (int round = 0; round < 10; round++)
        {
            await writers.MoreWritesAsync(30 + 7 * round);
            proxy.Break();
        }
        // The answer of a COMMIT is on its way, and never comes.
        await writers.MoreWritesAsync(50);
        proxy.HoldAnswers();
        await Task.Delay(300);
        proxy.Break();
        await writers.MoreWritesAsync(100);
        await writers.StopAndCheckAsync(await OpenAsync(database));
        Assert.True(writers.Failures > 0, "no break was felt");
    }

    /// <summary>COMMIT waits for a standby that does not exist. A time-out must not count as success either, which cancelling such a COMMIT would give.</summary>
    [Fact]
    public async Task CompletesNothing_WhileTheCommitIsFrozen()
    {
        await using var server = await OwnServerAsync();
        string database = await server.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await using var writer = Writer(database);
        await writer.WriteAsync([Row("before")], CancellationToken.None);
        await FreezeAsync(server, true);
        var writes = Enumerable.Range(0, 50).Select(i => writer.WriteAsync([Row($"k{i}")], CancellationToken.None)).ToList();
        await UntilAsync(database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event='SyncRep'", 1);
        await Task.Delay(200);
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        await FreezeAsync(server, false);
        Assert.All(await Task.WhenAll(writes).WaitAsync(Limit), outcomes => Assert.Equal(1, outcomes[0].Version));

        await using var hasty = Writer(database + ";Command Timeout=2");
        await hasty.WriteAsync([Row("hasty before")], CancellationToken.None);
        await FreezeAsync(server, true);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => hasty.WriteAsync([Row("hasty")], CancellationToken.None).WaitAsync(Limit));
        await FreezeAsync(server, false);
        Assert.Equal(1, (await hasty.WriteAsync([Row("hasty after")], CancellationToken.None).WaitAsync(Limit))[0].Version);
    }

    [Fact]
    public async Task WritesAll_WhenADeadlockWasResolvedAgainstIt()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await using var writer = Writer(database);
        var rows = new[] { Row("a"), Row("b") }.OrderBy(row => row.Row).ToArray();
        await writer.WriteAsync(rows, CancellationToken.None);
        await using var other = new NpgsqlConnection(database + ";Pooling=false");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        // Let the writer's transaction be the one that finds the deadlock.
        await ExecuteAsync(other, "SET LOCAL deadlock_timeout='1min'");
        await ExecuteAsync(other, $"UPDATE OrleansStorage SET ModifiedOn=now() WHERE GrainIdExtensionString='{rows[1].Row.Text}'");
        var write = writer.WriteAsync([.. rows.Select(row => row with { ExpectedVersion = 1 })], CancellationToken.None);
        await UntilAsync(database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type='Lock' AND datname=current_database()", 1);
        await ExecuteAsync(other, $"UPDATE OrleansStorage SET ModifiedOn=now() WHERE GrainIdExtensionString='{rows[0].Row.Text}'");
        // A commit would move the rows: to the writer, trying again meanwhile, they would be somebody else's.
        await transaction.RollbackAsync();
        Assert.Equal([2, 2], (await write.WaitAsync(Limit)).Select(outcome => outcome.Version));
        // Once at least: the writer, trying again, may take its first row before the other, woken by the roll-back, does.
        Assert.Equal(true, await ScalarAsync(database, "SELECT deadlocks>0 FROM pg_stat_database WHERE datname=current_database()", true));
    }

    [Fact]
    public async Task RefusesOnlyTheRowThatChanged_WhenTransactionsCannotBeSerialized()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await PostgresPlace.ExecuteAsync(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_transaction_isolation='repeatable read'");
        await using var writer = Writer(database);
        var rows = new[] { Row("a"), Row("b"), Row("c") };
        await writer.WriteAsync(rows, CancellationToken.None);
        await using var other = new NpgsqlConnection(database + ";Pooling=false");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await ExecuteAsync(other, "UPDATE OrleansStorage SET Version=Version+1 WHERE GrainIdExtensionString='b'");
        var write = writer.WriteAsync([.. rows.Select(row => row with { ExpectedVersion = 1 })], CancellationToken.None);
        await UntilAsync(database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type='Lock' AND datname=current_database()", 1);
        await transaction.CommitAsync();
        Assert.Equal([2, null, 2], (await write.WaitAsync(Limit)).Select(outcome => outcome.Version));
    }

    /// <summary>Row locks are taken in one order whatever the order of the calls: two processes on the same rows never wait for each other.</summary>
    [Fact]
    public async Task NeverDeadlocks_WhenTwoProcessesWriteTheSameRows()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await using var one = Writer(database);
        await using var two = Writer(database);
        var rows = Enumerable.Range(0, 200).Select(i => Row($"k{i}")).ToArray();
        await one.WriteAsync(rows, CancellationToken.None);
        int[] versions = [.. Enumerable.Repeat(1, rows.Length)];
        for (int round = 0; round < 20; round++)
        {
            RowWrite[] next = [.. rows.Select((row, i) => row with { ExpectedVersion = versions[i] })];
            var results = await Task.WhenAll(one.WriteAsync(next, CancellationToken.None), two.WriteAsync([.. next.Reverse()], CancellationToken.None)).WaitAsync(Limit);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.True(results[0][i].IsWritten != results[1][^(i + 1)].IsWritten, $"round {round}, {rows[i].Row.Text}: both or none won");
                versions[i]++;
            }
        }
        Assert.Equal(0L, await ScalarAsync(database, "SELECT deadlocks FROM pg_stat_database WHERE datname=current_database()", 0L));
    }

    [Fact]
    public async Task LosesNothing_WhenTheDiskIsFullForAWhile()
    {
        PostgresPlace.SkipWithoutServer();
        using var disk = SmallDisk.TryCreate(24, Environment.IsPrivilegedProcess ? "postgres" : null);
        Assert.SkipWhen(disk is null, "Mounting is not allowed here.");
        await using var server = await OwnServerAsync();
        // Only the tables are there: a server whose log has no room stops, which is another test's.
        await server.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        string database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_tablespace=small");
        var storage = await OpenAsync(database);
        await using var writers = new StateWriters(storage, 16, padding: 20_000).Start();
        await writers.MoreWritesAsync(100);
        disk.Fill();
        await writers.MoreFailuresAsync(32);
        Assert.Contains(writers.Errors, error => error.Key.Contains("53100", StringComparison.Ordinal));
        disk.Free();
        await writers.MoreWritesAsync(200);
        await writers.StopAndCheckAsync(storage);
    }

    [Fact]
    public async Task FailsTheWriterOnly_WhenItsStateIsRefusedByTheDatabase()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await (await OpenAsync(database)).DisposeAsync();
        await PostgresPlace.ExecuteAsync(database, "ALTER TABLE OrleansStorage ADD CHECK (length(PayloadBinary)<1000)");
        await using var writer = Writer(database);
        var outcomes = await writer.WriteAsync([Row("a"), Row("too-large") with { Payload = new byte[2000] }, Row("b")], CancellationToken.None);
        Assert.Equal([1, null, 1], outcomes.Select(outcome => outcome.Version));
        Assert.Equal("23514", Assert.IsType<PostgresException>(outcomes[1].Fault).SqlState);
    }

    private static async Task<PostgresServer> OwnServerAsync()
    {
        PostgresPlace.SkipWithoutServer();
        Assert.SkipWhen(PostgresServer.OwnMissing is { }, PostgresServer.OwnMissing ?? "");
        return await PostgresServer.StartOwnAsync();
    }

    private async Task<GroupCommitGrainStorage> OpenAsync(string database)
    {
        var place = StatePlace.OnPostgres(database);
        _opened.Add(place);
        return await place.OpenGroupCommitAsync();
    }

    private GroupCommitWriter Writer(string database)
    {
        var postgres = new PostgresDatabase(new PostgresStorageOptions { ConnectionString = database });
        var rows = new PostgresRows(postgres.Source, "s");
        _opened.Add(postgres);
        _opened.Add(rows);
        return new GroupCommitWriter(rows, new GroupCommitOptions(), TimeProvider.System, NullLogger.Instance);
    }

    private static RowWrite Row(string key) => new(RowIdentity.OfCheckpoint(GrainId.Create("test", key)), RowChange.Write, null, new byte[] { 1 }, [], []);

    private static int PortOf(string database) => new NpgsqlConnectionStringBuilder(database).Port;

    private static string Through(TcpProxy proxy, string database) => new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = proxy.Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable }.ToString();

    private static async Task FreezeAsync(PostgresServer server, bool freeze)
    {
        await server.ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names='{(freeze ? "nobody" : "")}'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        await UntilAsync(server.ConnectionString, "SELECT count(*) FROM pg_settings WHERE name='synchronous_standby_names' AND setting<>''", freeze ? 1 : 0);
    }

    private static async Task UntilAsync(string database, string count, long expected)
    {
        long until = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!Equals(await ScalarAsync(database, count), expected))
        {
            Assert.True(Environment.TickCount64 < until, $"'{count}' did not become {expected}");
            await Task.Delay(10);
        }
    }

    /// <summary>The value, or what it became when statistics were late.</summary>
    private static async Task<object?> ScalarAsync(string database, string sql, object expected)
    {
        object? value = null;
        for (int i = 0; i < 100 && !Equals(value = await ScalarAsync(database, sql), expected); i++) await Task.Delay(50);
        return value;
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
