using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Reading;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Offsets;

/// <summary>
/// Asks the brokers in the background where all partitions end, and now and then where they begin: what others append is known within that time, and that the brokers
/// do not answer, too.
/// </summary>
internal sealed class EndsMonitor(IAdminClient admin, KafkaLogOptions options, KafkaHealth health, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int BeginningsEvery = 30;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyDictionary<TopicPartition, PartitionEnds> _partitions = new Dictionary<TopicPartition, PartitionEnds>();
    private Task _running = Task.CompletedTask;

    /// <summary>Looks once, and then again and again.</summary>
    /// <exception cref="KafkaException">The first look failed.</exception>
    public async Task StartAsync(IReadOnlyDictionary<TopicPartition, PartitionEnds> partitions)
    {
        _partitions = partitions;
        await LookAsync(beginnings: true).ConfigureAwait(false);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Where one partition begins and ends now; null when nobody answers.</summary>
    public async Task<LogWatermarks?> AskAsync(TopicPartition partition)
    {
        try
        {
            var ends = _partitions[partition];
            var before = ends.Current;
            long low = Assert(await ListAsync([partition], OffsetSpec.Earliest()).ConfigureAwait(false))[partition];
            long high = Assert(await ListAsync([partition], OffsetSpec.Latest()).ConfigureAwait(false))[partition];
            ends.Answered(low, high, before);
            return new LogWatermarks(low, high);
        }
        catch (KafkaException e)
        {
            logger.LogDebug(e, "{Partition} could not be asked for its ends.", partition);
            return null;
        }
    }

    /// <summary>The first offset with a timestamp at or after the time; the end when there is none.</summary>
    /// <exception cref="LogUnavailableException">Nobody answered.</exception>
    public async Task<long?> OffsetAtAsync(TopicPartition partition, long timestampMs)
    {
        try
        {
            long offset = Assert(await ListAsync([partition], OffsetSpec.ForTimestamp(timestampMs)).ConfigureAwait(false))[partition];
            return offset < 0 ? null : offset;
        }
        catch (KafkaException e)
        {
            throw new LogUnavailableException($"{partition} could not be asked for the offset of a time. {health.Reason(e.Error.Reason)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(options.WatermarkInterval, time);
        for (int round = 1; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false); round++)
        {
            try
            {
                await LookAsync(round % BeginningsEvery == 0).ConfigureAwait(false);
                health.Succeeded();
            }
            catch (KafkaException e)
            {
                if (!_stop.IsCancellationRequested) health.Failed($"Kafka does not answer ({e.Error.Reason}).");
            }
        }
    }

    private async Task LookAsync(bool beginnings)
    {
        if (_partitions.Count == 0) return;
        var before = _partitions.ToDictionary(p => p.Key, p => p.Value.Current);
        var lows = beginnings ? await ListAsync(_partitions.Keys, OffsetSpec.Earliest()).ConfigureAwait(false) : new([], null);
        var highs = await ListAsync(_partitions.Keys, OffsetSpec.Latest()).ConfigureAwait(false);
        foreach (var (partition, high) in highs.Found)
            _partitions[partition].Answered(lows.Found.TryGetValue(partition, out long low) ? low : null, high, before[partition]);
        Assert(highs);
        Assert(lows);
    }

    private async Task<(Dictionary<TopicPartition, long> Found, Error? Failure)> ListAsync(IEnumerable<TopicPartition> partitions, OffsetSpec spec)
    {
        List<ListOffsetsResultInfo> infos;
        try
        {
            infos = (await admin.ListOffsetsAsync(
                partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = new(p.Topic, p.Partition), OffsetSpec = spec }),
                new ListOffsetsOptions { RequestTimeout = options.RequestTimeout, IsolationLevel = IsolationLevel.ReadCommitted }).ConfigureAwait(false)).ResultInfos;
        }
        catch (ListOffsetsException e)
        {
            infos = e.Result.ResultInfos;
        }
        var found = new Dictionary<TopicPartition, long>();
        Error? failure = null;
        foreach (var info in infos)
        {
            var at = info.TopicPartitionOffsetError;
            if (at.Error.IsError) failure ??= at.Error;
            else found[new TopicPartition(at.Topic, at.Partition.Value)] = at.Offset.Value;
        }
        return (found, failure);
    }

    private static Dictionary<TopicPartition, long> Assert((Dictionary<TopicPartition, long> Found, Error? Failure) answer) =>
        answer.Failure is null ? answer.Found : throw new KafkaException(answer.Failure);
}
