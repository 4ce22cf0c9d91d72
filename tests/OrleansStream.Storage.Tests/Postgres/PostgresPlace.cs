using Npgsql;
using OrleansStream.Testing;

namespace OrleansStream.Storage.Tests.Postgres;

/// <summary>Databases for tests. Without a server they are skipped, and fail in CI.</summary>
internal static class PostgresPlace
{
    public static async Task<string> CreateDatabaseAsync()
    {
        SkipWithoutServer();
        return await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
    }

    public static void SkipWithoutServer()
    {
        if (PostgresServer.Missing is not { } missing) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Skip(missing);
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
