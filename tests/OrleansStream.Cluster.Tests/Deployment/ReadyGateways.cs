using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary>What a service of Kubernetes does in front of gateways: one after the other, those only that say they are ready.</summary>
internal sealed class ReadyGateways : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<GatewayProcess> _all;
    private readonly Task _probing;
    private GatewayProcess[] _ready;
    private int _next;

    public ReadyGateways(IReadOnlyList<GatewayProcess> all)
    {
        (_all, _ready) = (all, [.. all]);
        _probing = ProbeAsync();
    }

    public GatewayProcess Next()
    {
        var ready = Volatile.Read(ref _ready);
        return ready[(int)((uint)Interlocked.Increment(ref _next) % ready.Length)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        _stop.Dispose();
    }

    private async Task ProbeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var ready = await Task.WhenAll(_all.Select(async gateway => (gateway, IsReady: await IsReadyAsync(gateway))));
            // With none at all a service has nobody to send to; a test would divide by nothing.
            if (ready.Any(r => r.IsReady)) Volatile.Write(ref _ready, [.. ready.Where(r => r.IsReady).Select(r => r.gateway)]);
            await Task.Delay(Every, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> IsReadyAsync(GatewayProcess gateway)
    {
        try
        {
            using var response = await gateway.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
