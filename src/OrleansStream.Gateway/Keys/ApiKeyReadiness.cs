using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Keys;

/// <summary>Whether all keys that were in the log at the start are known. Before that the process is not ready, and a key that it does not know is not refused for good.</summary>
internal sealed class ApiKeyReadiness(IServiceProvider services, IOptions<AuthOptions> options) : IHealthCheck
{
    private static readonly TopicPartition Partition = new(ApiKeyList.Topic, 0);
    private volatile bool _ready;

    public bool IsReady => _ready |= options.Value.Mode == AuthMode.Open || IsLevel();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The keys are not read yet."));

    /// <summary>Asked lazily: the log opens when the host starts.</summary>
    private bool IsLevel()
    {
        try
        {
            return Of<IReadModels>().PositionOf(ApiKeyList.ModelName, Partition) >= Of<IEventLog>().Watermarks(Partition).High;
        }
        catch (LogUnavailableException)
        {
            return false;
        }
    }

    private T Of<T>() where T : notnull => (T)services.GetService(typeof(T))!;
}
