using System.Collections.Concurrent;

namespace OrleansStream.Streams.Kafka.Offsets;

/// <summary>The groups that this process has asked for or committed.</summary>
internal sealed class ConsumerOffsets(Func<string, GroupOffsets> open) : IDisposable
{
    /// <summary>The group under which the number of partitions of topics is remembered.</summary>
    public const string RegisterGroup = "orleansstream.partitions";

    private readonly ConcurrentDictionary<string, GroupOffsets> _groups = new();
    private readonly ConcurrentDictionary<(string Group, TopicPartition Partition), bool> _consumers = new();

    public GroupOffsets Register { get; } = open(RegisterGroup);

    /// <summary>Whoever asks is a consumer of the partition from then on.</summary>
    public GroupOffsets Of(string group, TopicPartition partition)
    {
        _consumers.TryAdd((group, partition), true);
        return _groups.GetOrAdd(group, open);
    }

    /// <summary>What no consumer known to this process has passed yet; <see cref="long.MaxValue"/> when there is none.</summary>
    public async Task<long> LowestAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        long lowest = long.MaxValue;
        foreach (var (group, place) in _consumers.Keys)
            if (place == partition) lowest = Math.Min(lowest, await _groups[group].CommittedAsync(partition, cancellationToken).ConfigureAwait(false));
        return lowest;
    }

    /// <summary>
    /// Brokers forget offsets that nobody commits for some days. What this process has committed it stores again now and then, though nothing came.
    /// </summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => Task.WhenAll(_groups.Values.Append(Register).Select(g => g.RefreshAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var group in _groups.Values.Append(Register)) group.Dispose();
    }
}
