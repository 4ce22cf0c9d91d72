using OrleansStream.Testing;

namespace OrleansStream.Web.Tests.Harness;

/// <summary>The product with its pages, for the tests of one class, which run one after another.</summary>
public class LocalSite : IAsyncLifetime
{
    /// <summary>As it is for visitors; and what a page's connection complains of says why.</summary>
    private static readonly string[] Arguments = ["--OrleansStream:Web:WarmUp=true", "--DetailedErrors=true"];
    private readonly ScratchDirectory _data = new();
    private LocalProcess? _process;

    public Uri Url => _process!.Url;

    public HttpClient Api => _process!.Http;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync(_data.Path);
        _process = await LocalProcess.StartAsync(_data.Path, arguments: Arguments);
    }

    /// <summary>What is to be in the data directory before it starts.</summary>
    protected virtual Task PrepareAsync(string dataDirectory) => Task.CompletedTask;

    /// <summary>As if the machine were switched off.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Starts it again on the same data and port.</summary>
    public async Task StartAgainAsync()
    {
        int port = Url.Port;
        await _process!.DisposeAsync();
        _process = await LocalProcess.StartAsync(_data.Path, port, Arguments);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }
}
