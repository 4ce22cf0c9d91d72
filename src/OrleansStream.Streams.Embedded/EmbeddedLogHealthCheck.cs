using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansStream.Streams.Embedded;

internal sealed class EmbeddedLogHealthCheck(EmbeddedLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(log.Failure is { } failure ? HealthCheckResult.Unhealthy(failure.Message) : HealthCheckResult.Healthy());
}
