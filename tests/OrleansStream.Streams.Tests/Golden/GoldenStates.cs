using System.Collections.Immutable;

namespace OrleansStream.Streams.Tests.Golden;

/// <summary>A key's state as a release has it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.GoldenState")]
public sealed record GoldenState([property: Id(0)] string Name, [property: Id(1)] decimal Total, [property: Id(2)] ImmutableArray<DateTimeOffset> Seen);

/// <summary>The same as a later release has it: members were added, with new [Id]s, one of a type that the earlier one does not know.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.LaterGoldenState")]
public sealed record LaterGoldenState([property: Id(0)] string Name, [property: Id(1)] decimal Total, [property: Id(2)] ImmutableArray<DateTimeOffset> Seen)
{
    [Id(3)] public long Count { get; init; }

    [Id(4)] public GoldenPlace? Last { get; init; }

    [Id(5)] public ImmutableDictionary<string, GoldenPlace> Places { get; init; } = ImmutableDictionary<string, GoldenPlace>.Empty;
}

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.GoldenPlace")]
public sealed record GoldenPlace([property: Id(0)] double Latitude, [property: Id(1)] double Longitude);
