using System.Collections.Immutable;

namespace OrleansStream.Streams.Processing;

/// <summary>What an event did to its key.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Outputs">What goes to the processor's output topic, in order; usually one or none.</param>
public readonly record struct Applied<TState, TOutput>(TState State, ImmutableArray<TOutput> Outputs)
{
    /// <summary>Events for other keys: they become records of another topic when this one is durable.</summary>
    public ImmutableArray<Emission> Emissions { get; init; } = [];

    /// <summary>Timers of this key to set, move or cancel.</summary>
    public ImmutableArray<TimerChange> Timers { get; init; } = [];
}

/// <summary>An event for another key.</summary>
/// <param name="Topic">The topic whose processor takes it.</param>
/// <param name="Key">The key there.</param>
/// <param name="Value">The event as that processor reads it: UTF-8 JSON.</param>
public sealed record Emission(string Topic, string Key, ReadOnlyMemory<byte> Value);

/// <summary>A timer of the key by its name.</summary>
/// <param name="Name">One of few: a key has at most <see cref="KeyRowLimits.Timers"/>.</param>
/// <param name="DueAt">When it is due, by the clock; null cancels it. A timer of this name that is set already moves.</param>
public readonly record struct TimerChange(string Name, DateTimeOffset? DueAt);

/// <summary>A timer came due: a record of the key's topic like any other, so that a replay sees it at the same place.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.TimerDue")]
public readonly record struct TimerDue([property: Id(0)] string Name, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>Bounds of what a key keeps.</summary>
public static class KeyRowLimits
{
    /// <summary>Timers of one key.</summary>
    public const int Timers = 32;
}
