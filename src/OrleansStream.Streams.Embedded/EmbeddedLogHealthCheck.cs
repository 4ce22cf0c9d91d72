using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansStream.Streams.Embedded;

internal sealed class EmbeddedLogHealthCheck(EmbeddedLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        // A process that is not ready gets no records that could show that writing works again.
        log.Probe();
        return log.Failure is { } failure ? HealthCheckResult.Unhealthy(failure.Message) : HealthCheckResult.Healthy();
    }, cancellationToken);
}
