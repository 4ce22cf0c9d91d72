namespace OrleansStream.Domain.Windows;

/// <summary>One event's contribution to a <see cref="SlidingWindow"/>.</summary>
/// <param name="Key">Event time and identity.</param>
/// <param name="Value">What is summed, in the caller's unit.</param>
[GenerateSerializer, Alias("OrleansStream.Windows.WindowEntry"), Immutable]
public readonly record struct WindowEntry([property: Id(0)] EventKey Key, [property: Id(1)] decimal Value);
