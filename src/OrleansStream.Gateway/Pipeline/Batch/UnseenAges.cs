using System.Collections.Concurrent;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>When the first record at or after an offset was handed in, read from the log once per partition and offset.</summary>
internal sealed class UnseenAges(IEventLog log)
{
    private readonly ConcurrentDictionary<TopicPartition, (long Offset, DateTimeOffset ReceivedAt)> _known = new();

    /// <summary>Null when there is no such record yet.</summary>
    public async ValueTask<DateTimeOffset?> FirstAsync(TopicPartition partition, long offset, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(partition, out var known) && known.Offset == offset) return known.ReceivedAt;
        using var reader = log.OpenReader(partition, offset);
        if (await reader.ReadAsync(1, 1, TimeSpan.Zero, cancellationToken) is not [var first, ..]) return null;
        _known[partition] = (offset, first.ReceivedAt);
        return first.ReceivedAt;
    }
}
