using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansStream.Streams.ReadModels;

/// <summary>A view that is behind or has gaps is a degraded process, not one to take out of service: events are accepted and applied.</summary>
internal sealed class ReadModelHealthCheck(IReadModels models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var ailing = models.Status.Where(s => s.Failure is not null || s.Skipped > 0 || s.Lost > 0).ToList();
        if (ailing.Count == 0) return Task.FromResult(HealthCheckResult.Healthy());
        return Task.FromResult(HealthCheckResult.Degraded(string.Join(" ", ailing.Select(s =>
            s.Failure is not null ? $"{s.Name}: {s.Failure}" : $"{s.Name}: {s.Skipped} records were skipped and {s.Lost} were trimmed unread; rebuild it."))));
    }
}
