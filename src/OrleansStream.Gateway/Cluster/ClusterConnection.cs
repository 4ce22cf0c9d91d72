using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Gateway.Cluster;

/// <summary>
/// Whether there is a silo to ask. Without one events are accepted all the same: they go to the log. So the process is ready, and degraded; what needs a silo is
/// answered with 503 at once.
/// </summary>
internal sealed class ClusterConnection : IHealthCheck, IClientConnectionRetryFilter, IOutgoingGrainCallFilter, IClusterConnectionStatusObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), ReminderEvery = TimeSpan.FromSeconds(30);
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterConnection> _logger;
    private volatile int _silos;
    private long _said;

    public ClusterConnection(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterConnection> logger)
    {
        (_lifetime, _time, _logger) = (lifetime, time, logger);
        lifetime.ApplicationStarted.Register(() => logger.LogInformation("Connected to the cluster."));
    }

    /// <summary>The client is a part of the host that starts as long as it waits for its first silo.</summary>
    public bool IsConnected => _silos > 0 && _lifetime.ApplicationStarted.IsCancellationRequested;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("No silo can be reached: events are accepted, queries are not answered."));

    /// <summary>At the start, for as long as it takes.</summary>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_said == 0 || _time.GetElapsedTime(_said) > ReminderEvery)
        {
            _said = _time.GetTimestamp();
            _logger.LogWarning("Waiting for the cluster ({Reason}) Events are accepted meanwhile.", exception.GetBaseException().Message);
        }
        await Task.Delay(Pause, _time, cancellationToken);
        return true;
    }

    /// <summary>Before the first connection a call would be dropped and end after its time-out only.</summary>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        IsConnected || IsOfOrleans(context) ? context.Invoke() : throw new SiloUnavailableException("No silo can be reached.");

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        _silos = currentNumberOfGateways;
        if (connectionRecovered) _logger.LogInformation("A silo can be reached again.");
    }

    public void NotifyClusterConnectionLost()
    {
        _silos = 0;
        _logger.LogWarning("No silo can be reached any more. Events are accepted; queries are answered when there is one again.");
    }

    /// <summary>System targets have types of this prefix; the client calls some to connect.</summary>
    private static bool IsOfOrleans(IOutgoingGrainCallContext context) => context.TargetId.Type.ToString()!.StartsWith("sys.", StringComparison.Ordinal);
}
