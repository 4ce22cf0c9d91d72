using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>What an engine under test stands on.</summary>
public sealed record EngineSetup
{
    public required ILogPlace Place { get; init; }

    /// <summary>Outlives every silo; disposed with the engine when it can be.</summary>
    public ICheckpointStore Store { get; init; } = new FakeCheckpointStore();

    public int Silos { get; init; } = 1;

    /// <summary>Of the input topic.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Topics beside <c>in</c>, <c>out</c> and the dead letters, one partition each.</summary>
    public IReadOnlyList<string> MoreTopics { get; init; } = [];

    /// <summary>After the settings that make tests fast.</summary>
    public Action<StreamEngineOptions> Configure { get; init; } = _ => { };

    /// <summary>Before the engine's own: what is here already stays.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };
}
