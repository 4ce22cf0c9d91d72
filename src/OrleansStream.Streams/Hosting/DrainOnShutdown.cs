using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Hosting;

/// <summary>
/// Before the silo stops, and after whatever hands records in has stopped, waits until everything accepted is applied. Only for a
/// process that is alone with its log; in a cluster the next owner goes on.
/// </summary>
internal sealed class DrainOnShutdown(IEventLog log, IGrainFactory grains, ProcessorRegistry processors, TimeProvider time, ILogger<DrainOnShutdown> logger) : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        bool[] drained = await Task.WhenAll(processors.Partitions(log).Select(DrainAsync));
        if (drained.All(d => d)) logger.LogInformation("Drained in {ElapsedMs:0} ms: everything accepted is applied.", time.GetElapsedTime(started).TotalMilliseconds);
        else logger.LogWarning("Not everything accepted was applied within {Limit}; the next start goes on with it.", Limit);
    }

    private async Task<bool> DrainAsync(TopicPartition partition)
    {
        long high = log.Watermarks(partition).High;
        return high == 0 || await grains.GetGrain<IPartitionGrain>(partition.ToString()).WaitForWatermark(high - 1, Limit);
    }
}

/// <summary>Has a process that is all there is wait, when it ends, until what it accepted is applied.</summary>
public static class DrainExtensions
{
    /// <summary>Call it after the silo is added and before the web server.</summary>
    public static IServiceCollection AddDrainOnShutdown(this IServiceCollection services) => services.AddHostedService<DrainOnShutdown>();
}
