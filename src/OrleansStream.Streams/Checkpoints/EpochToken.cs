namespace OrleansStream.Streams.Checkpoints;

/// <summary>An epoch of one silo's checkpointer, known throughout the cluster.</summary>
/// <param name="Silo">Whose checkpointer; with its generation, so that a silo that came again is another one.</param>
/// <param name="Number">Counts that checkpointer's epochs; 0 names one that is durable already.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.EpochToken")]
public readonly record struct EpochToken([property: Id(0)] SiloAddress Silo, [property: Id(1)] long Number);
