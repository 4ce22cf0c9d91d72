using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>A Redis of the benchmark's own, in a scratch folder: an append-only file, flushed once a second.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("osbench-redis-").FullName;
    private readonly Process _process;

    private RedisServer(int port)
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", _folder, "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""];
        _process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Null when it is not installed (Debian: redis-server).</summary>
    public static string? Program { get; } = new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server" }.FirstOrDefault(File.Exists);

    public string Address { get; }

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer(FreePorts.Next());
        for (int tries = 0; tries < 100; tries++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", int.Parse(server.Address.Split(':')[1], CultureInfo.InvariantCulture));
                return server;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
        await server.DisposeAsync();
        throw new InvalidOperationException("Redis did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
