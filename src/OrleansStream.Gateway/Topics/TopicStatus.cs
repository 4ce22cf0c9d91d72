using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Topics;

/// <summary>Joins what the log, the lag monitor and the partitions' grains know. A partition whose grain does not answer in time is shown without it.</summary>
internal sealed class TopicStatus(IEventLog log, LagMonitor monitor, ProcessorRegistry processors, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<TopicList> ReadAsync()
    {
        await monitor.LookAsync(CancellationToken.None);
        var topics = log.Topics.OrderBy(t => t.Key, StringComparer.Ordinal).Select(async topic =>
        {
            var partitions = Enumerable.Range(0, topic.Value).Select(p => ReadAsync(new TopicPartition(topic.Key, p)));
            return new TopicView(topic.Key, processors.FindTopic(topic.Key)?.Names.Key, await Task.WhenAll(partitions));
        });
        return new TopicList(await Task.WhenAll(topics), null);
    }

    private async Task<PartitionView> ReadAsync(TopicPartition partition)
    {
        var (low, high) = log.Watermarks(partition);
        if (!monitor.Lags.TryGetValue(partition, out var lag)) return new PartitionView(partition.Partition, low, high);
        var status = await StatusAsync(partition);
        return new PartitionView(partition.Partition, lag.Low, lag.High)
        {
            Committed = lag.Committed, Lag = lag.Records, WatermarkAgeSeconds = Math.Round(lag.WatermarkAge.TotalSeconds, 1),
            Silo = status?.Silo.ToParsableString(), Owner = status?.Owner, Window = status?.WindowRecords,
            HotKeys = status?.HotKeys.Select(hot => new HotKeyView(hot.Key, hot.Records, hot.Error)).ToList(),
        };
    }

    private async Task<PartitionStatus?> StatusAsync(TopicPartition partition)
    {
        try
        {
            return await grains.GetGrain<IPartitionGrain>(partition.ToString()).GetStatus().AsTask().WaitAsync(Patience, time);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }
}

/// <param name="Items">By name.</param>
/// <param name="Next">Always null: all topics are in one answer.</param>
public sealed record TopicList(IReadOnlyList<TopicView> Items, string? Next);

/// <param name="Name">The topic.</param>
/// <param name="Key">What its processor's keys are; null when no processor takes it.</param>
/// <param name="Partitions">By number.</param>
public sealed record TopicView(string Name, string? Key, IReadOnlyList<PartitionView> Partitions);

/// <param name="Partition">0-based.</param>
/// <param name="Low">The oldest readable offset.</param>
/// <param name="High">The offset after the newest durable record.</param>
public sealed record PartitionView(int Partition, long Low, long High)
{
    /// <summary>Everything before it is applied and durable.</summary>
    public long? Committed { get; init; }

    /// <summary>Records between the committed offset and the end.</summary>
    public long? Lag { get; init; }

    /// <summary>How long the oldest record that is not committed has been waiting.</summary>
    public double? WatermarkAgeSeconds { get; init; }

    /// <summary>Where the partition's grain is.</summary>
    public string? Silo { get; init; }

    /// <summary>Which owner of the partition that is, counted from 1.</summary>
    public long? Owner { get; init; }

    /// <summary>Records that were received and are not committed.</summary>
    public int? Window { get; init; }

    /// <summary>Hottest first.</summary>
    public IReadOnlyList<HotKeyView>? HotKeys { get; init; }
}

/// <param name="Key">The key.</param>
/// <param name="Records">Its records of late, at most <paramref name="Error"/> too many.</param>
/// <param name="Error">The bound of the overestimate.</param>
public sealed record HotKeyView(string Key, long Records, long Error);
