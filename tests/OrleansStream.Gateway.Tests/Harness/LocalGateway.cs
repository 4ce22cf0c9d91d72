using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

[assembly: AssemblyFixture(typeof(LocalGateway))]

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>The product, started once for all tests: each uses cards of its own and asserts nothing about the others'.</summary>
public sealed class LocalGateway : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private LocalProcess? _process;

    /// <summary>A client of the API. Every error it gets must keep the contract of errors, whatever a test asks for.</summary>
    public Api Api { get; private set; } = null!;

    public Uri Url => _process!.Url;

    /// <summary>What the process printed.</summary>
    public string Output => _process!.Output;

    public async ValueTask InitializeAsync()
    {
        _process = await LocalProcess.StartAsync(_data.Path);
        Api = new Api(_process.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        int exit = -1;
        string output = "It never started.";
        if (_process is not null)
        {
            (exit, output) = (await _process.InterruptAsync(), _process.Output);
            await _process.DisposeAsync();
        }
        _data.Dispose();
        Assert.True(exit == 0, $"Local ended with {exit}:\n{output}");
        // Whatever the tests sent was the clients' fault, never the server's.
        Assert.DoesNotContain("fail:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", output, StringComparison.Ordinal);
    }
}
