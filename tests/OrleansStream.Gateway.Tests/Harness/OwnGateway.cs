using System.Text;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>The product as a process of its own, for tests of what belongs to everybody.</summary>
public abstract class OwnGateway : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private LocalProcess? _process;

    public Api Api { get; private set; } = null!;

    /// <summary>Further arguments of the process.</summary>
    protected virtual IReadOnlyList<string> Arguments => [];

    public async ValueTask InitializeAsync()
    {
        _process = await LocalProcess.StartAsync(_data.Path, 0, [.. Arguments]);
        Api = new Api(_process.Url);
    }

    /// <summary>Ends the process and starts it again on the same data and port.</summary>
    /// <param name="kill">By SIGKILL.</param>
    public async Task RestartAsync(bool kill = false)
    {
        int port = _process!.Url.Port;
        if (kill) await _process.KillAsync();
        else await _process.InterruptAsync();
        await _process.DisposeAsync();
        _process = await LocalProcess.StartAsync(_data.Path, port, [.. Arguments]);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_process is not null)
        {
            await _process.InterruptAsync();
            await _process.DisposeAsync();
        }
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    internal async Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, string? ifMatch = null, string contentType = Api.Json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Api.SendAsync(request);
    }
}
