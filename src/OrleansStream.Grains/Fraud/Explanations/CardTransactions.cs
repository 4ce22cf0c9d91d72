using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Fraud.Explanations;

/// <summary>The transactions behind decisions, as they stand in the log: a decision keeps what it was judged by, not all that was handed in.</summary>
public sealed class CardTransactions(IEventLog log)
{
    /// <param name="positions">Places of one card's transactions: all in one partition, in any order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>By place, each as the JSON that was handed in; what the log has no more is left out.</returns>
    public async Task<IReadOnlyDictionary<Position, ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyCollection<Position> positions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Position, ReadOnlyMemory<byte>>();
        foreach (var partition in positions.GroupBy(p => p.TopicPartition))
        {
            using var records = new RecordSeek(log, partition.Key);
            long low = log.Watermarks(partition.Key).Low;
            foreach (var position in partition.Where(p => p.Offset >= low).OrderBy(p => p.Offset))
                if (await records.AtAsync(position.Offset, cancellationToken) is { } record) found[position] = record.Value;
        }
        return found;
    }
}
