using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>A slot whose row is one byte, the number of the last staging; the names of its outputs are given.</summary>
internal sealed class FakeSlot(string key, int version = 0) : CheckpointSlot(GrainId.Create("test", key), version)
{
    private readonly object _gate = new();
    private byte _staged;
    private byte _taken;
    private bool _dirty;
    private List<(string, LogRecord)> _stagedOutputs = [];
    private List<(string, LogRecord)> _takenOutputs = [];

    /// <summary>The number of the staging that is shown.</summary>
    public byte Shown { get; private set; }

    public bool Awaited { get; set; }

    public override bool IsAwaited => Awaited;

    public StagedOutputs Urgency { get; init; } = StagedOutputs.Prompt;

    public override StagedOutputs Outputs => Urgency;

    internal override IReadOnlyList<(string Topic, LogRecord Record)> TakenOutputs => _takenOutputs;

    public void Put(byte number, params string[] outputs)
    {
        lock (_gate)
        {
            (_staged, _dirty) = (number, true);
            _stagedOutputs.AddRange(outputs.Select(id => ("out", Records.Of(Grain.Key.ToString()!, id))));
        }
    }

    internal override bool Take()
    {
        lock (_gate)
        {
            if (!_dirty) return false;
            (_taken, _dirty) = (_staged, false);
            (_takenOutputs, _stagedOutputs) = (_stagedOutputs, []);
            return true;
        }
    }

    internal override CheckpointWrite ToWrite() => new(Grain, Version, [_taken]);

    internal override void Confirm() => Shown = _taken;
}
