using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansStream.Streams.Kafka.Health;

internal sealed class KafkaLogHealthCheck(KafkaLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(log.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());
}
