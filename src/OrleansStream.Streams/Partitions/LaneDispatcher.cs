using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Sends the records of a partition to their keys' grains: in order per key, one call at a time per key, a bounded number of keys
/// at once. A record is done when the checkpoint epoch that its grain named is durable and published; it is called again for as
/// long as that fails. Runs on its partition grain's scheduler: no locks.
/// </summary>
internal sealed class LaneDispatcher(
    TopicPartition partition, long owner, StreamProcessor processor, IOffsetTracker tracker, IGrainFactory grains, IEpochWatch epochs,
    StreamEngineOptions options, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, KeyLane> _lanes = [];
    private readonly Queue<KeyLane> _ready = new();
    private readonly Dictionary<EpochToken, List<(KeyLane Lane, LogRecord[] Records)>> _epochs = [];
    private int _inFlight;
    private bool _stopped;

    /// <summary>Records that are waiting, called or not yet durable.</summary>
    public int WindowRecords { get; private set; }

    public long WindowBytes { get; private set; }

    /// <summary>Called after records were done.</summary>
    public Action Progressed { get; set; } = () => { };

    /// <summary>Called when a key has heard of a later owner.</summary>
    public Action Superseded { get; set; } = () => { };

    /// <summary>The silos whose checkpoints are waited for.</summary>
    public IEnumerable<SiloAddress> AwaitedSilos => _epochs.Keys.Select(e => e.Silo).Distinct();

    public bool HasRoom => WindowRecords < options.WindowRecords && WindowBytes < options.WindowBytes;

    /// <summary>Takes a record into its key's lane; <see cref="Pump"/> sends it.</summary>
    public void Add(LogRecord record)
    {
        tracker.Register(record.Offset);
        WindowRecords++;
        WindowBytes += record.Size;
        if (!_lanes.TryGetValue(record.Key, out var lane))
        {
            var grain = ProcessorRegistry.Grain(grains, processor, record.Key);
            _lanes.Add(record.Key, lane = new KeyLane(record.Key, grain.GetGrainId(), grain));
        }
        lane.Add(record);
        Schedule(lane);
    }

    /// <summary>Sends nothing any more: the partition has another owner, or this one is going.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Starts as many calls as may be in flight.</summary>
    public void Pump()
    {
        while (!_stopped && _inFlight < options.KeysInFlight && _ready.TryDequeue(out var lane))
        {
            _inFlight++;
            CallAsync(lane).Ignore();
        }
    }

    private void Schedule(KeyLane lane)
    {
        if (!lane.CanDispatch) return;
        lane.Scheduled = true;
        _ready.Enqueue(lane);
    }

    private async Task CallAsync(KeyLane lane)
    {
        var (records, previous) = lane.Take(options.RecordsPerCall);
        try
        {
            var epoch = await lane.Grain.Apply(new KeyBatch(partition, tracker.Watermark, owner, previous, records));
            lane.Attempts = 0;
            lane.Unconfirmed++;
            Expect(epoch, lane, records);
        }
        catch (Exception e)
        {
            lane.Fail(records);
            if (e is OwnerSupersededException && !_stopped) Superseded();
            if (_stopped) return;
            var pause = options.PauseAfter(lane.Attempts++);
            logger.LogWarning(e, "Key {Key} of {Partition} at offset {Offset} failed (attempt {Attempt}); next try in {PauseMs:0} ms.",
                KeyHash.Of(lane.Key), partition, records[0].Offset, lane.Attempts, pause.TotalMilliseconds);
            _inFlight--;
            Pump();
            await Task.Delay(pause, time);
            _inFlight++;
        }
        _inFlight--;
        lane.Scheduled = false;
        Schedule(lane);
        if (lane.IsIdle) _lanes.Remove(lane.Key);
        Pump();
    }

    private void Expect(EpochToken epoch, KeyLane lane, LogRecord[] records)
    {
        if (_epochs.TryGetValue(epoch, out var expected))
        {
            expected.Add((lane, records));
            return;
        }
        // The epoch may be durable already, and is then confirmed within this call: what it confirms must be there before.
        _epochs.Add(epoch, expected = [(lane, records)]);
        ConfirmAsync(epoch, expected).Ignore();
    }

    private async Task ConfirmAsync(EpochToken epoch, List<(KeyLane Lane, LogRecord[] Records)> expected)
    {
        IReadOnlySet<GrainId>? refused = null;
        try
        {
            refused = await epochs.WhenDurableAsync(epoch);
        }
        catch (EpochLostException e)
        {
            logger.LogWarning(e, "What became of epoch {Epoch} of {Silo} is not known: {Calls} calls of {Partition} are made again.",
                epoch.Number, epoch.Silo, expected.Count, partition);
        }
        _epochs.Remove(epoch);
        foreach (var (lane, records) in expected)
        {
            lane.Unconfirmed--;
            if (refused is null || refused.Contains(lane.GrainId)) lane.Fail(records);
            else Complete(records);
            Schedule(lane);
            if (lane.IsIdle) _lanes.Remove(lane.Key);
        }
        Progressed();
        Pump();
    }

    private void Complete(LogRecord[] records)
    {
        foreach (var record in records)
        {
            tracker.Complete(record.Offset);
            WindowRecords--;
            WindowBytes -= record.Size;
        }
    }
}
