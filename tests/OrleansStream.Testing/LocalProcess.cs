using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OrleansStream.Testing;

/// <summary>
/// <c>OrleansStream.Local</c> as a child process: the binary that users run, on a free port, with a data directory of the test's.
/// </summary>
public sealed partial class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private const int Interrupt = 2;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private LocalProcess(Process process, Uri url)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>A client of the process.</summary>
    public HttpClient Http { get; }

    public Uri Url => Http.BaseAddress!;

    /// <summary>Everything it printed, for failure messages.</summary>
    public string Output => string.Join('\n', _output);

    public int ExitCode => _process.ExitCode;

    public static string Binary { get; } = Path.Combine(
        RepositoryRoot(), "src", "OrleansStream.Local", "bin", Configuration(), "net10.0", "OrleansStream.Local");

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="port">0 for a free one; a restart that clients should find again takes the first one's.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<LocalProcess> StartAsync(string dataDirectory, int port = 0, params string[] arguments)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{(port == 0 ? FreePort() : port)}"));
        var start = new ProcessStartInfo(Binary)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
            ArgumentList = { "--urls", url.ToString(), "--data", dataDirectory },
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        var local = new LocalProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, url);
        local._process.OutputDataReceived += (_, e) => local.Note(e.Data);
        local._process.ErrorDataReceived += (_, e) => local.Note(e.Data);
        local._process.Start();
        local._process.BeginOutputReadLine();
        local._process.BeginErrorReadLine();
        await local.WaitUntilReadyAsync();
        return local;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ctrl-C; returns the exit code.</summary>
    public async Task<int> InterruptAsync()
    {
        if (SendSignal(_process.Id, Interrupt) != 0) throw new InvalidOperationException("The signal could not be sent.");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    /// <summary>The folder with <c>OrleansStream.sln</c>.</summary>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansStream.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }

    private static string Configuration() =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    private void Note(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"Local ended with {_process.ExitCode} before it was ready:\n{Output}");
            try
            {
                using var ready = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), limit.Token);
                if (ready.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"Local was not ready within {StartLimit}:\n{Output}");
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
