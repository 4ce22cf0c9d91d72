using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Schema;

namespace OrleansStream.Storage.Tests.Postgres;

public sealed class SchemaTests
{
    [Fact]
    public async Task IsThereOnce_WhenManyProcessesStartAtOnce()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 8).Select(_ => Store(database)).ToList();
        await Task.WhenAll(stores.Select(store => Task.Run(() => store.MigrateAsync())));
        Assert.Equal(4L, await ScalarAsync(database, "SELECT count(*) FROM OrleansStreamVersions"));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task RefusesToStart_WhenTheDatabaseIsTooNew()
    {
        string database = await MigratedAsync();
        await PostgresPlace.ExecuteAsync(database, "INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (9, 7)");
        await using var store = Store(database);
        var e = await Assert.ThrowsAsync<SchemaException>(() => store.MigrateAsync());
        Assert.Contains("written by schema version 9, this code knows version 4; version 7 is the oldest that can work with it", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A rolling upgrade: the newer release came first, and says that this one can go on.</summary>
    [Fact]
    public async Task Starts_WhenTheDatabaseIsNewerAndThisCodeCanReadIt()
    {
        string database = await MigratedAsync();
        await PostgresPlace.ExecuteAsync(database, "INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (9, 4)");
        await using var store = Store(database);
        await store.MigrateAsync();
    }

    [Fact]
    public async Task RefusesToStart_WhenTheDatabaseIsOlderAndMigrationIsOff()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await using var store = Store(database, migrate: false);
        var e = await Assert.ThrowsAsync<SchemaException>(() => store.MigrateAsync());
        Assert.Contains("has schema version 0, this code needs version 4, and migration is switched off", e.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await ScalarAsync(database, "SELECT count(*) FROM pg_tables WHERE schemaname='public'"));
    }

    [Fact]
    public async Task Starts_WhenMigrationIsOffAndNotNeeded()
    {
        await using var store = Store(await MigratedAsync(), migrate: false);
        await store.MigrateAsync();
    }

    [Fact]
    public async Task SaysWhichScriptFailed_AndLeavesTheOthers()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await PostgresPlace.ExecuteAsync(database, "CREATE TABLE OrleansStreamTimers (x int)");
        await using var store = Store(database);
        var e = await Assert.ThrowsAsync<SchemaException>(() => store.MigrateAsync());
        Assert.Contains("0002_history_and_timers.sql", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync(database, "SELECT max(Version) FROM OrleansStreamVersions"));
        await PostgresPlace.ExecuteAsync(database, "DROP TABLE OrleansStreamTimers");
        await store.MigrateAsync();
        Assert.Equal(4, await ScalarAsync(database, "SELECT max(Version) FROM OrleansStreamVersions"));
    }

    [Fact]
    public async Task SaysWhereItLookedForTheDatabase_WhenItCannotBeReached()
    {
        await using var store = Store("Host=127.0.0.1;Port=1;Username=u;Password=geheim;Database=d;Timeout=2");
        var e = await Assert.ThrowsAsync<SchemaException>(() => store.MigrateAsync());
        Assert.Contains("'d' on 127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TakesTheConnectionStringOfThatName_WhenNoneIsGiven()
    {
        var options = Configured(new() { ["ConnectionStrings:orleansdb"] = "Host=h;Database=d", ["Orleans:ServiceId"] = "s" });
        Assert.Equal(("Host=h;Database=d", "s"), (options.ConnectionString, options.ServiceId));
        options = Configured(new() { ["ConnectionStrings:other"] = "Host=o;Database=d", [$"{PostgresStorageOptions.Section}:ConnectionName"] = "other" });
        Assert.Equal(("Host=o;Database=d", "orleansstream"), (options.ConnectionString, options.ServiceId));
    }

    [Theory]
    [InlineData("", "ConnectionStrings:orleansdb")]
    [InlineData("Database=d", "names no Host")]
    [InlineData("Host=h", "names no Database")]
    [InlineData("Host=h;Database=d;Colour=blue", "colour")]
    public void SaysAllThatIsWrong_WhenOptionsCannotWork(string connectionString, string fault)
    {
        var e = Assert.Throws<OptionsValidationException>(() => Configured(new()
        {
            [$"{PostgresStorageOptions.Section}:ConnectionString"] = connectionString,
            [$"{PostgresStorageOptions.Section}:ServiceId"] = new string('x', 200),
            [$"{PostgresStorageOptions.Section}:MaxPoolSize"] = "1",
            [$"{PostgresStorageOptions.Section}:CommandTimeout"] = "00:00:00.5",
        }));
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        foreach (string setting in new[] { "ServiceId", "MaxPoolSize", "CommandTimeout" }) Assert.Contains(setting, e.Message, StringComparison.Ordinal);
    }

    private static PostgresStorageOptions Configured(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddPostgresStorage();
        return services.BuildServiceProvider().GetRequiredService<IOptions<PostgresStorageOptions>>().Value;
    }

    private static PostgresCheckpointStore Store(string database, bool migrate = true) =>
        new(Options.Create(new PostgresStorageOptions { ConnectionString = database, ServiceId = "s", Migrate = migrate }));

    private static async Task<string> MigratedAsync()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await using var store = Store(database);
        await store.MigrateAsync();
        return database;
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
