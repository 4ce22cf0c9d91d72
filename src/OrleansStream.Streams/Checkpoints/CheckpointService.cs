using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>A silo's checkpointer for partition grains on other silos.</summary>
[Alias("OrleansStream.ICheckpointService")]
internal interface ICheckpointService : IGrainService
{
    /// <summary>The grains refused in the epoch once it is durable; null when it takes longer than a call may.</summary>
    [Alias("WhenDurable")]
    Task<GrainId[]?> WhenDurable(long epoch);

    [OneWay]
    [Alias("Hurry")]
    Task Hurry();
}

[Reentrant]
internal sealed class CheckpointService(ICheckpointer checkpointer, TimeProvider time, GrainId id, Silo silo, ILoggerFactory loggers)
    : GrainService(id, silo, loggers), ICheckpointService
{
    /// <summary>Well below Orleans' response time-out of 30 s.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    public async Task<GrainId[]?> WhenDurable(long epoch)
    {
        var durable = checkpointer.WhenDurable(epoch);
        await ((Task)durable).WaitAsync(LongestCall, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return durable.IsCompleted ? [.. await durable] : null;
    }

    public Task Hurry()
    {
        checkpointer.Hurry();
        return Task.CompletedTask;
    }
}

internal interface ICheckpointServiceClient : IGrainServiceClient<ICheckpointService>
{
    Task<GrainId[]?> WhenDurable(EpochToken epoch);

    void Hurry(SiloAddress silo);
}

internal sealed class CheckpointServiceClient(IServiceProvider services) : GrainServiceClient<ICheckpointService>(services), ICheckpointServiceClient
{
    public Task<GrainId[]?> WhenDurable(EpochToken epoch) => GetGrainService(epoch.Silo).WhenDurable(epoch.Number);

    public void Hurry(SiloAddress silo) => GetGrainService(silo).Hurry().Ignore();
}
