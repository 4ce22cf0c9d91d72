using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansStream.Testing;

/// <summary>
/// A PostgreSQL server of the tests' own: a fresh cluster in a scratch folder, on a free port of 127.0.0.1, gone with the process
/// that uses it. Or, where
/// <c>ORLEANSSTREAM_POSTGRES</c> holds a connection string of one who may create databases, that server.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string ExternalVariable = "ORLEANSSTREAM_POSTGRES";
    private const string User = "tests";

    /// <summary>The shared server is never crashed, and need not survive one.</summary>
    private static readonly string[] FastSettings = ["fsync = off"];

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly SemaphoreSlim SharedGate = new(1, 1);
    private static PostgresServer? _shared;

    private readonly string _connectionString;
    private readonly PostgresProcess? _process;
    private int _databases;

    private PostgresServer(string connectionString, PostgresProcess? process) => (_connectionString, _process) = (connectionString, process);

    /// <summary>Why there can be no server here; null when there can.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable(ExternalVariable) is { Length: > 0 } || PostgresProcess.Programs is not null
            ? null
            : $"PostgreSQL is not installed (Debian: postgresql), and {ExternalVariable} names no server.";

    /// <summary>Why there can be no server that a test may crash and configure; null when there can.</summary>
    public static string? OwnMissing => PostgresProcess.Programs is null ? "PostgreSQL's programs are not installed (Debian: postgresql)." : null;

    /// <summary>To its administrative database.</summary>
    public string ConnectionString => _connectionString;

    /// <summary>Whether the server is the tests' own: it may be stopped and configured.</summary>
    public bool IsOwn => _process is not null;

    /// <summary>The one server that all tests of a process share; it ends with the process.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        await SharedGate.WaitAsync();
        try
        {
            if (_shared is null)
            {
                var started = await StartAsync();
                _shared = started;
            }
            return _shared;
        }
        finally
        {
            SharedGate.Release();
        }
    }

    /// <summary>A server of the caller's own, which it may stop and start again; never the external one.</summary>
    /// <param name="settings">Settings beyond the defaults, as in <c>postgresql.conf</c>.</param>
    public static async Task<PostgresServer> StartOwnAsync(params string[] settings)
    {
        var process = await PostgresProcess.CreateAsync(User, settings);
        await process.StartAsync(StartLimit);
        return new PostgresServer($"Host=127.0.0.1;Port={process.Port};Username={User};Database=postgres", process);
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync(_connectionString, $"CREATE DATABASE {name}");
        return WithDatabase(name);
    }

    /// <summary>Runs one of PostgreSQL's programs (<c>pg_dump</c>, <c>psql</c>) on a database; both must be there.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="database">A connection string.</param>
    /// <param name="arguments">Its arguments beside where the database is.</param>
    public static async Task RunAsync(string program, string database, params string[] arguments)
    {
        var at = new NpgsqlConnectionStringBuilder(database);
        var start = new ProcessStartInfo(Path.Combine(PostgresProcess.Programs!, program), ["-h", at.Host!, "-p", at.Port.ToString(CultureInfo.InvariantCulture), "-U", at.Username!, "-d", at.Database!, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (at.Password is { } password) start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start)!;
        string[] texts = await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {texts[0]}");
    }

    /// <summary>Runs statements with <c>psql</c>'s manners: outside any transaction of a test.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(_connectionString, sql);

    /// <summary>Ends the server at once, as a crash does.</summary>
    public Task StopAsync() => Own.StopAsync();

    /// <summary>Starts it again on the same port.</summary>
    public Task StartAgainAsync() => Own.StartAsync(StartLimit);

    /// <summary>The server stands still: it takes connections and answers nobody.</summary>
    public Task FreezeAsync() => Own.FreezeAsync();

    public Task ThawAsync() => Own.ThawAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private PostgresProcess Own => _process ?? throw new InvalidOperationException($"{ExternalVariable} is not the tests' own to stop.");

    private static async Task<PostgresServer> StartAsync() =>
        Environment.GetEnvironmentVariable(ExternalVariable) is { Length: > 0 } external ? new PostgresServer(external, process: null) : await StartOwnAsync(FastSettings);

    private string WithDatabase(string name) =>
        new NpgsqlConnectionStringBuilder(_connectionString) { Database = name, IncludeErrorDetail = true }.ToString();

    /// <summary>The same in any database.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
