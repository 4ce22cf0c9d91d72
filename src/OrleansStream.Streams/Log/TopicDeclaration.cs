namespace OrleansStream.Streams.Log;

/// <summary>A topic that this process needs; the log creates it or checks that it is there.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Partitions">How many partitions; null for the log's default.</param>
public sealed record TopicDeclaration(string Name, int? Partitions = null);
