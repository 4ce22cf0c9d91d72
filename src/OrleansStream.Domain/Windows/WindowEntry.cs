namespace OrleansStream.Domain.Windows;

/// <summary>One event's contribution to a <see cref="SlidingWindow"/>.</summary>
/// <param name="Key">Event time and identity.</param>
/// <param name="Value">What is summed, in the caller's unit.</param>
/// <param name="Evidence">What the event told by itself, in the caller's unit; 0 for nothing, and in rows of before.</param>
/// <param name="Flags">Marks of the caller's own; 0 in rows of before.</param>
[GenerateSerializer, Alias("OrleansStream.Windows.WindowEntry"), Immutable]
public readonly record struct WindowEntry(
    [property: Id(0)] EventKey Key, [property: Id(1)] decimal Value, [property: Id(2)] int Evidence = 0, [property: Id(3)] byte Flags = 0);
