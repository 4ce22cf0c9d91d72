using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Topics;

/// <summary>A topic is not as it must be; no waiting heals it.</summary>
public sealed class TopicRefusedException : LogUnavailableException
{
    public TopicRefusedException(string message, Exception? inner = null) : base(message, inner) { }
    public TopicRefusedException() { }
    public TopicRefusedException(string message) : base(message) { }
}
