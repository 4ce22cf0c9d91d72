using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Pipeline;

/// <summary>The product on a log that holds records no rule can read, which the API itself would not take: they are dead letters from the start.</summary>
public sealed class PoisonedGateway : IAsyncLifetime
{
    private const int Poisoned = 12;
    private readonly ScratchDirectory _data = new();
    private LocalProcess? _process;

    public Api Api { get; private set; } = null!;

    /// <summary>The letters' ids; the first one's bytes are no text. A test that changes one has it to itself.</summary>
    public IReadOnlyList<string> Letters { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Letters = await PoisonedLog.AppendAsync(_data.Path, Poisoned);
        _process = await LocalProcess.StartAsync(_data.Path);
        Api = new Api(_process.Url);
        for (long started = Environment.TickCount64; await CountAsync() < Poisoned; await Task.Delay(20))
            if (Environment.TickCount64 - started > 30_000) Assert.Fail($"The dead letters are not listed:\n{_process.Output}");
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
    }

    private async Task<int> CountAsync() => (await Api.GetAsync("/v1/dead-letters?limit=500")).Expect(200).Json.GetProperty("items").GetArrayLength();
}
