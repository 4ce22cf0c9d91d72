using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansStream.Testing;

/// <summary>
/// The server of a scratch cluster. PostgreSQL refuses to run as root: then it runs as the user that its package brings. It ends when its input does, so that it does
/// not outlive the tests, however they end.
/// </summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private readonly string _folder;
    private Process? _server;

    private PostgresProcess(string folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>The folder of <c>initdb</c> and <c>postgres</c>; null when they are not installed.</summary>
    public static string? Programs { get; } = new[] { "/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt" }
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateDirectories)
        .Select(version => Path.Combine(version, "bin"))
        .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
        .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out int version) ? version : 0)
        .FirstOrDefault();

    public int Port { get; }

    public static async Task<PostgresProcess> CreateAsync(string user, IEnumerable<string> settings)
    {
        string folder = Directory.CreateTempSubdirectory("orleansstream-postgres-").FullName;
        var cluster = new PostgresProcess(folder, FreePorts.Next());
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", ["postgres", folder]);
        await RunAsync(AsServer("initdb", ["--pgdata", cluster.Data, "--username", user, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"]));
        string[] lines =
        [
            $"port = {cluster.Port}", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "logging_collector = off", "max_connections = 500", .. settings,
        ];
        await File.AppendAllLinesAsync(Path.Combine(cluster.Data, "postgresql.conf"), lines);
        return cluster;
    }

    public async Task StartAsync(TimeSpan limit)
    {
        var start = AsServer("postgres", ["-D", Data], "\"$0\" \"$@\" & read -r _; kill -QUIT $!; wait");
        start.RedirectStandardInput = start.RedirectStandardError = start.RedirectStandardOutput = true;
        var log = new ConcurrentQueue<string>();
        _server = Process.Start(start)!;
        _server.ErrorDataReceived += (_, e) => log.Enqueue(e.Data ?? "");
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        long until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!await AcceptsAsync())
        {
            if (Environment.TickCount64 > until) throw new InvalidOperationException($"PostgreSQL did not start on port {Port}:\n{string.Join('\n', log)}");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends it at once; what was not on disk is gone, as in a crash.</summary>
    public async Task StopAsync()
    {
        if (_server is null) return;
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>All its processes stand still: connections are taken, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        string main = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        // It first: then it has no more children. They, sessions among them, have it as their parent; one may end meanwhile.
        await RunAsync("kill", [signal, main]);
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(id => int.TryParse(id, out _) && ParentOf(id!) == main);
        await RunAsync("bash", ["-c", "kill \"$@\" 2> /dev/null || true", "kill", signal, .. children!]);
    }

    private static string ParentOf(string process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
        }
        catch (IOException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=tests;Database=postgres;Pooling=false;Timeout=2");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <param name="program">Of PostgreSQL.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="script">A shell's script that runs it as <c>"$0" "$@"</c>; none runs it directly.</param>
    private static ProcessStartInfo AsServer(string program, string[] arguments, string? script = null)
    {
        string path = Path.Combine(Programs ?? throw new InvalidOperationException(PostgresServer.Missing), program);
        string[] line = [.. Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : Array.Empty<string>(), .. script is null ? [] : new[] { "bash", "-c", script }, path, .. arguments];
        return new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = "/" };
    }

    private static Task RunAsync(string program, string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{start.FileName} {string.Join(' ', start.ArgumentList)}' ended with {process.ExitCode}: {error}{await output}");
    }
}
