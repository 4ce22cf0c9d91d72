using System.Collections.Frozen;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>The rows that become durable in one transaction.</summary>
internal sealed class CheckpointEpoch(long number)
{
    public static readonly Task<FrozenSet<GrainId>> NothingRefused = Task.FromResult(FrozenSet<GrainId>.Empty);

    public long Number { get; } = number;

    public List<CheckpointSlot> Slots { get; } = [];

    /// <summary>How often a row was staged: more often than there are rows when keys came again.</summary>
    public int Stagings { get; set; }

    /// <summary>The most urgent outputs that wait to leave.</summary>
    public StagedOutputs Outputs { get; set; }

    /// <summary>Completes, with the grains whose rows were refused, when rows are durable and outputs published.</summary>
    public TaskCompletionSource<FrozenSet<GrainId>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
