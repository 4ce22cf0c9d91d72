using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansStream.Testing;

/// <summary>One of the product's programs as a child process: the binary that users run. It ends with the test, and with the test's process.</summary>
public partial class ProductProcess : IAsyncDisposable
{
    /// <summary>Where a web server listens, as orchestrators say it.</summary>
    public const string UrlVariable = "ASPNETCORE_URLS";

    private const int FirstLines = 500, LastLines = 5_000;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    /// <summary>Far longer than any process drains; one that was started with the signal ignored never ends.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);

    private static readonly ConcurrentDictionary<int, Process> Running = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _first = new(), _last = new();
    private int _lines;
    private long _printed;

    static ProductProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Values) Try(child.Kill);
    };

    /// <param name="program">For example <c>OrleansStream.Silo</c>.</param>
    /// <param name="url">Where it listens for HTTP.</param>
    /// <param name="arguments">Its arguments beside <c>--urls</c>.</param>
    /// <param name="environment">Variables beside those of this process. With <c>ASPNETCORE_URLS</c> among them, whatever it says, it is told by that where to listen.</param>
    protected ProductProcess(string program, Uri url, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        Program = program;
        var start = new ProcessStartInfo(BinaryOf(program)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        if (start.Environment.ContainsKey(UrlVariable)) start.Environment[UrlVariable] = url.ToString().TrimEnd('/');
        else
        {
            start.ArgumentList.Insert(0, "--urls");
            start.ArgumentList.Insert(1, url.ToString());
        }
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
    }

    public string Program { get; }

    /// <summary>A client of the process.</summary>
    public HttpClient Http { get; }

    public Uri Url => Http.BaseAddress!;

    /// <summary>The first and the last lines that it printed, for failure messages.</summary>
    public string Output => string.Join('\n', _first.Append($"({Volatile.Read(ref _lines)} lines in all)").Concat(_last));

    /// <summary>How much it printed in all, characters.</summary>
    public long Printed => Interlocked.Read(ref _printed);

    public int Id => _process.Id;

    /// <summary>Memory that it has in use (resident set), bytes; null when it has ended.</summary>
    public long? ResidentBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.HasExited ? null : _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>Where the build puts a program of the product; one that is not in <c>src</c> comes with its folder, as <c>tests/Sensors</c>.</summary>
    public static string BinaryOf(string program) => Path.Combine(
        Repository.Root(), Path.GetDirectoryName(program) is { Length: > 0 } folder ? folder : "src", Path.GetFileName(program), "bin", Repository.Configuration(), "net10.0", Path.GetFileName(program));

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ctrl-C; returns the exit code.</summary>
    public Task<int> InterruptAsync() => EndAsync(Signals.Interrupt);

    /// <summary>What an orchestrator sends; returns the exit code.</summary>
    public Task<int> TerminateAsync() => EndAsync(Signals.Terminate);

    /// <summary>Freezes it: it answers nobody and does not know that time passes.</summary>
    public void Freeze() => Send(Signals.Stop);

    public void Thaw() => Send(Signals.Continue);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        if (!_process.HasExited) await KillAsync();
        Running.TryRemove(_process.Id, out _);
        _process.Dispose();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task ExitedAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Program} has not ended within {limit}:\n{Output}");
        }
    }

    /// <summary>Waits until its output has a line with the text.</summary>
    public async Task<string> SeesAsync(string text, TimeSpan limit)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(20))
        {
            if (_first.Concat(_last).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line) return line;
            if (_process.HasExited) throw new InvalidOperationException($"{Program} ended with {_process.ExitCode} before it said '{text}':\n{Output}");
            if (Environment.TickCount64 - started > limit.TotalMilliseconds) throw new TimeoutException($"{Program} did not say '{text}' within {limit}:\n{Output}");
        }
    }

    protected void Start()
    {
        _process.Start();
        Running[_process.Id] = _process;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Returns when it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before; the message has what it printed.</exception>
    public async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(CancellationToken.None);
                throw new InvalidOperationException($"{Program} ended with {_process.ExitCode} before it was ready:\n{Output}");
            }
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
                throw new TimeoutException($"{Program} was not ready within {StartLimit}:\n{Output}");
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task<int> EndAsync(int signal)
    {
        Send(signal);
        await ExitedAsync(EndLimit);
        return _process.ExitCode;
    }

    private void Send(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0) throw new InvalidOperationException($"{Program}: signal {signal} could not be sent.");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    private void Note(string? line)
    {
        if (line is null) return;
        Interlocked.Add(ref _printed, line.Length);
        if (Interlocked.Increment(ref _lines) <= FirstLines)
        {
            _first.Enqueue(line);
            return;
        }
        _last.Enqueue(line);
        if (_last.Count > LastLines) _last.TryDequeue(out _);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    private static class Signals
    {
        public const int Interrupt = 2, Terminate = 15, Continue = 18, Stop = 19;
    }
}
