namespace OrleansStream.Streams.Log;

/// <summary>A topic that some part of the process needs: registered as a service, and a log of our own has it from its start.</summary>
/// <param name="Name">Letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; at most 200, as Kafka has it.</param>
/// <param name="Partitions">1–256; null leaves it to the log's default. The log's configuration for the topic goes before it.</param>
public sealed record TopicDeclaration(string Name, int? Partitions = null)
{
    /// <summary>For what the system itself writes (outputs, dead letters): it may use the space that is kept in reserve, so that what is in flight can end.</summary>
    public bool MayUseReserve { get; init; }

    /// <summary>
    /// A record replaces all earlier ones of its key, and the last of a key stays for ever: no retention by time or size. A log that can (Kafka: <c>cleanup.policy=compact</c>)
    /// may drop what was replaced; one that cannot keeps all.
    /// </summary>
    public bool IsCompacted { get; init; }

    /// <summary>How long its records stay where nobody configured it; <see cref="Timeout.InfiniteTimeSpan"/> for ever; null, the default, as the log does with any topic.</summary>
    public TimeSpan? Retention { get; init; }
}
