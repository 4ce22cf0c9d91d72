using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Puts a record that cannot be delivered into the dead letters and says whether it is durable there.</summary>
internal sealed class DeadLetterWriter(IEventLog log, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <summary>True when it is durable. <paramref name="cause"/> is part of the letter's id, so that a second try after a crash adds no second letter.</summary>
    public async Task<bool> TryAppendAsync(TopicPartition partition, LogRecord record, string cause, string code, string reason, int attempts)
    {
        var position = new Position(partition.Topic, partition.Partition, record.Offset);
        var letter = DeadLetter.Of(record, partition, code, reason, attempts);
        try
        {
            await log.AppendAsync(DeadLetter.TopicName, [new LogRecord
            {
                Key = record.Key, Source = partition.Topic, Id = $"{position}/{cause}", Time = record.Time, ReceivedAt = time.GetUtcNow(),
                Value = letter.ToJson(),
            }]).WaitAsync(timeout, time);
            StreamMetrics.DeadLetters.Add(1, StreamMetrics.Topic(partition.Topic));
            logger.LogError("Record {Position} of key {Key} went to the dead letters: {Reason}", position, KeyHash.Of(record.Key), reason);
            return true;
        }
        catch (Exception e)
        {
            logger.LogError(e, "Record {Position} should go to the dead letters, but they cannot be written; it stays and is tried again.", position);
            return false;
        }
    }
}
