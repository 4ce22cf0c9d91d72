using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>
/// The demo load as the pages see and change it. Whoever opens a page starts it, unless somebody has stopped it before; it ends when the last page is closed.
/// </summary>
internal sealed class DemoControl(DemoCalls calls) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Null when it is not known yet, or there is none.</summary>
    public DemoState? State { get; private set; }

    /// <summary>The API has no demo load.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Told when another page has changed it.</summary>
    public event Action? Changed;

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task BeginAsync(CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        var found = await calls.FindAsync(cancellationToken);
        IsMissing = found is null;
        return found is { Running: false, Asked: false } ? await calls.StartAsync(found.RatePerSecond, cancellationToken) : found;
    }, cancellationToken);

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task StartAsync(double ratePerSecond, CancellationToken cancellationToken) =>
        ChangeAsync(async () => await calls.StartAsync(ratePerSecond, cancellationToken), cancellationToken);

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task StopAsync(CancellationToken cancellationToken) => ChangeAsync(async () => await calls.StopAsync(cancellationToken), cancellationToken);

    public void Dispose() => _one.Dispose();

    private async Task ChangeAsync(Func<Task<DemoState?>> change, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            State = await change();
        }
        finally
        {
            _one.Release();
        }
        Changed?.Invoke();
    }
}
