using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// Reads one partition from its committed offset by long poll: a parked read costs nothing and wakes with the commit that
/// makes a record durable. Never throws, because Orleans would back off for 10–20 s: a failure is logged, the reader is
/// opened anew at the same offset, and the next tick tries again.
/// </summary>
internal sealed class LogReceiver(
    IEventLog log, TopicPartition partition, IGrainFactory grains, ILocalSiloDetails silo, StreamEngineOptions options, TimeProvider time, ILogger logger)
    : IQueueAdapterReceiver, IDisposable
{
    private readonly CancellationTokenSource _shutdown = new();
    private ILogReader? _reader;
    private long _next = -1;

    public Task Initialize(TimeSpan timeout)
    {
        AttendAsync().Ignore();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutdown.Token);
            if (_next < 0) _next = await log.CommittedAsync(options.Group, partition, stop.Token);
            _reader ??= log.OpenReader(partition, _next);
            var records = await _reader.ReadAsync(options.ContainerRecords, options.ContainerBytes, options.LongPoll, stop.Token);
            if (records.Count == 0) return [];
            long from = _next;
            _next = _reader.NextOffset;
            return [new RecordBatch { Partition = partition, From = from, Records = records }];
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested && !_shutdown.IsCancellationRequested)
                logger.LogError(e, "Reading {Partition} at offset {Offset} failed; trying again.", partition, _next);
            // Whatever failed, be it by cancellation: the reader may have gone past records that nobody got.
            _reader?.Dispose();
            _reader = null;
            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        await _shutdown.CancelAsync();
        _reader?.Dispose();
        _reader = null;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
        _shutdown.Dispose();
    }

    /// <summary>
    /// Records that were delivered to an activation that died with its silo come to nobody by themselves: calling the partition's grain wakes the next one.
    /// </summary>
    private async Task AttendAsync()
    {
        var grain = grains.GetGrain<IPartitionGrain>(partition.ToString());
        using var timer = new PeriodicTimer(options.AttendInterval, time);
        do
        {
            try
            {
                await grain.Attend(silo.SiloAddress);
            }
            catch (Exception e)
            {
                logger.LogDebug(e, "The grain of {Partition} cannot be called now.", partition);
            }
        }
        while (await timer.WaitForNextTickAsync(_shutdown.Token));
    }
}
