using System.Collections.Immutable;

namespace OrleansStream.Streams.Processing;

/// <summary>What an event gets when it does not say it itself.</summary>
/// <param name="Id">Its id; empty when whoever reads assigns one afterwards to an event that has none.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Key">Its key, from the envelope it came in; null when only the event can say.</param>
/// <param name="LatestTime">A later time is an error; null takes any, as for what stands in the log already.</param>
/// <param name="Kind">
/// What kind of record it is, of those the processor appends itself (<see cref="Log.LogHeaders.Kind"/>); null for an event, and for whatever comes from outside.
/// </param>
/// <param name="ReceivedAt">When it was handed in, by the gateway's clock: it stands in the log with the event, so rules may go by it.</param>
public readonly record struct ReadingDefaults(
    string Id, DateTimeOffset Time, string? Key = null, DateTimeOffset? LatestTime = null, string? Kind = null, DateTimeOffset? ReceivedAt = null)
{
    /// <summary>A record that other keys emit or a service appends was read: key and id are the record's.</summary>
    /// <param name="event">The event.</param>
    /// <param name="time">When it happened; the record's time when it does not say.</param>
    /// <param name="key">Its key where no record says one.</param>
    public EventReading<TEvent> Take<TEvent>(TEvent @event, DateTimeOffset? time = null, string key = "") => new(@event, Key ?? key, Id, time ?? Time, []);

    /// <summary>The record is not what the processor takes.</summary>
    public EventReading<TEvent> Refuse<TEvent>(string code, string detail) => new(default, Key ?? "", Id, Time, [new EventError(code, detail)]);
}

/// <summary>One thing that is wrong with an event.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Detail">For people; never contains what may be secret.</param>
public readonly record struct EventError(string Code, string Detail);

/// <summary>What reading an event gave: the event with its identity, or everything that is wrong with it.</summary>
/// <param name="Key">The key; empty when it could not be read.</param>
/// <param name="Id">Its own id or the default one; empty when there is neither.</param>
/// <param name="Time">When it happened, or the default time.</param>
/// <param name="Errors">Empty when the event is valid.</param>
public record EventReading(string Key, string Id, DateTimeOffset Time, ImmutableArray<EventError> Errors)
{
    public bool IsValid => Errors.IsEmpty;
}

/// <inheritdoc/>
/// <param name="Event">Set when there are no errors.</param>
/// <param name="Key">The key; empty when it could not be read.</param>
/// <param name="Id">Its own id or the default one; empty when there is neither.</param>
/// <param name="Time">When it happened, or the default time.</param>
/// <param name="Errors">Empty when the event is valid.</param>
public sealed record EventReading<TEvent>(TEvent? Event, string Key, string Id, DateTimeOffset Time, ImmutableArray<EventError> Errors)
    : EventReading(Key, Id, Time, Errors);
