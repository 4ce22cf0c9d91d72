using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>The product with keys: a first key in a file, which it makes itself.</summary>
public class KeyedGateway : IAsyncLifetime
{
    /// <summary>A site whose pages may send.</summary>
    public const string Shop = "https://shop.example";

    private readonly ScratchDirectory _data = new();
    private LocalProcess? _process;

    /// <summary>A client without a key.</summary>
    public Api Nobody { get; private set; } = null!;

    /// <summary>The first key.</summary>
    public string Bootstrap { get; private set; } = "";

    /// <summary>Further arguments of the process.</summary>
    protected virtual IReadOnlyList<string> Arguments => [];

    public Uri Url => _process!.Url;

    public string DataDirectory => _data.Path;

    public string KeyFile => Path.Combine(_data.Path, "secrets", "first-key");

    public string Output => _process!.Output;

    public async ValueTask InitializeAsync()
    {
        _process = await StartAsync();
        Nobody = new Api(_process.Url);
        Bootstrap = (await File.ReadAllTextAsync(KeyFile)).Trim();
    }

    /// <summary>Ends the process in good order and starts it on the same data.</summary>
    public async Task RestartAsync()
    {
        int port = _process!.Url.Port;
        await _process.InterruptAsync();
        await _process.DisposeAsync();
        _process = await StartAsync(port);
    }

    /// <summary>Makes a key with the first one.</summary>
    public async Task<(string Id, string Key)> CreateAsync(params string[] scopes)
    {
        var body = new JsonObject { ["name"] = "test", ["scopes"] = new JsonArray([.. scopes.Select(s => JsonValue.Create(s))]) };
        var reply = (await SendAsync(HttpMethod.Post, "/v1/keys", Bootstrap, body.ToJsonString())).Expect(201);
        return (reply.Member("id"), reply.Member("key"));
    }

    public Task<Reply> SendAsync(HttpMethod method, string path, string? key = null, string? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, Api.Json);
        return Nobody.SendAsync(request);
    }

    public virtual async ValueTask DisposeAsync()
    {
        Nobody?.Dispose();
        if (_process is not null)
        {
            await _process.InterruptAsync();
            await _process.DisposeAsync();
        }
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<LocalProcess> StartAsync(int port = 0) => LocalProcess.StartAsync(_data.Path, port, [$"--OrleansStream:Auth:BootstrapKeyFile={KeyFile}", $"--OrleansStream:Segment:CorsOrigins:0={Shop}", .. Arguments]);
}
