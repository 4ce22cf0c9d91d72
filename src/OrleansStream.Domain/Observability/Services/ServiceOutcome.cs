using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>What an event did to its service.</summary>
/// <param name="State">After it.</param>
/// <param name="Changes">Of alerts.</param>
/// <param name="Minutes">That closed, oldest first.</param>
/// <param name="CheckAt">When the service wants to be looked at though nothing comes; null leaves what was asked for before.</param>
public readonly record struct ServiceOutcome(ServiceState State, ImmutableArray<AlertChange> Changes, ImmutableArray<ClosedMinute> Minutes, DateTimeOffset? CheckAt);
