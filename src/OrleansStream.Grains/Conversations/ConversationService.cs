using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Conversations;

/// <summary>Erases conversations: a record of their topic like any other, so that every copy of the state is emptied at the same place.</summary>
public sealed class ConversationService(IEventLog log, TimeProvider time)
{
    /// <summary>Where the erasure stands. What was said before it is in the log until retention removes it, and in nothing else once it is applied.</summary>
    public async Task<Position> EraseAsync(string conversationId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new LogRecord
        {
            Key = conversationId, Source = ConversationTopics.ErasureSource, Id = Guid.CreateVersion7(now).ToString("N"), Time = now, ReceivedAt = now,
            Headers = [new(LogHeaders.Kind, ConversationTopics.ErasureKind)], Value = "{}"u8.ToArray(),
        };
        return (await log.AppendAsync(ConversationTopics.Messages, [record], cancellationToken))[0].Position;
    }
}
