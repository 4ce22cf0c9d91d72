namespace OrleansStream.Streams.Checkpoints;

/// <summary>What leaves with a row, the least urgent first.</summary>
public enum StagedOutputs
{
    None,

    /// <summary>Outputs that may wait a moment for others: see <see cref="Processing.StreamProcessor.GathersOutputs"/>.</summary>
    Gathered,

    Prompt,
}
