using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// Calls the grain of a partition from time to time, from the silo that reads it. Records that were delivered to an activation that died with its silo come to
/// nobody by themselves: the call wakes the next one, which reads them from the log; and it brings the grain to where its containers are.
/// </summary>
internal sealed class PartitionAttendance(
    IGrainFactory grains, ILocalSiloDetails silo, TopicPartition partition, TimeSpan interval, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _attending = Task.CompletedTask;

    public void Start() => _attending = Task.Run(AttendAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _attending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stop.Dispose();

    private async Task AttendAsync()
    {
        var grain = grains.GetGrain<IPartitionGrain>(partition.ToString());
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                await grain.Attend(silo.SiloAddress).AsTask().WaitAsync(_stop.Token);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                logger.LogDebug(e, "The grain of {Partition} cannot be called now.", partition);
            }
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }
}
