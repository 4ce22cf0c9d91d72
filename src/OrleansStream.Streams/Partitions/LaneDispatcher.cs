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
    TopicPartition partition, Processor processor, OffsetTracker tracker, IGrainFactory grains, ICheckpointer checkpointer,
    StreamEngineOptions options, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, KeyLane> _lanes = [];
    private readonly Queue<KeyLane> _ready = new();
    private readonly Dictionary<long, List<(KeyLane Lane, LogRecord[] Records)>> _epochs = [];
    private GrainInterfaceType _interface;
    private int _inFlight;

    /// <summary>Records that are waiting, called or not yet durable.</summary>
    public int WindowRecords { get; private set; }

    public long WindowBytes { get; private set; }

    /// <summary>Called after records were done.</summary>
    public Action Progressed { get; set; } = () => { };

    public bool HasRoom => WindowRecords < options.WindowRecords && WindowBytes < options.WindowBytes;

    /// <summary>Takes a record into its key's lane; <see cref="Pump"/> sends it.</summary>
    public void Add(LogRecord record)
    {
        tracker.Register(record.Offset);
        WindowRecords++;
        WindowBytes += record.Size;
        if (!_lanes.TryGetValue(record.Key, out var lane))
        {
            var grainId = GrainId.Create(processor.GrainType, record.Key);
            _lanes.Add(record.Key, lane = new KeyLane(record.Key, grainId, ReferenceTo(grainId)));
        }
        lane.Add(record);
        Schedule(lane);
    }

    /// <summary>Starts as many calls as may be in flight.</summary>
    public void Pump()
    {
        while (_inFlight < options.KeysInFlight && _ready.TryDequeue(out var lane))
        {
            _inFlight++;
            CallAsync(lane).Ignore();
        }
    }

    /// <summary>To ask Orleans for a reference by C# type costs a search through attributes each time: it is asked once, for the interface's name.</summary>
    private IKeyedStreamGrain ReferenceTo(GrainId grainId)
    {
        if (_interface.IsDefault) _interface = ((GrainReference)grains.GetGrain(grainId).AsReference<IKeyedStreamGrain>()).InterfaceType;
        return (IKeyedStreamGrain)grains.GetGrain(grainId, _interface);
    }

    private void Schedule(KeyLane lane)
    {
        if (!lane.CanDispatch) return;
        lane.Scheduled = true;
        _ready.Enqueue(lane);
    }

    private async Task CallAsync(KeyLane lane)
    {
        var records = lane.Take(options.RecordsPerCall);
        long epoch = -1;
        try
        {
            epoch = await lane.Grain.Apply(new KeyBatch(partition, tracker.Watermark, records));
            lane.Attempts = 0;
            if (epoch == 0) Complete(records);
            else Expect(epoch, lane, records);
        }
        catch (Exception e)
        {
            lane.Fail(records);
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
        if (epoch == 0) Progressed();
        Pump();
    }

    private void Expect(long epoch, KeyLane lane, LogRecord[] records)
    {
        lane.Unconfirmed++;
        if (_epochs.TryGetValue(epoch, out var expected))
        {
            expected.Add((lane, records));
            return;
        }
        // The epoch may be durable already, and is then confirmed within this call: what it confirms must be there before.
        _epochs.Add(epoch, expected = [(lane, records)]);
        ConfirmAsync(epoch, expected).Ignore();
    }

    private async Task ConfirmAsync(long epoch, List<(KeyLane Lane, LogRecord[] Records)> expected)
    {
        var refused = await checkpointer.WhenDurable(epoch);
        _epochs.Remove(epoch);
        foreach (var (lane, records) in expected)
        {
            lane.Unconfirmed--;
            if (refused.Contains(lane.GrainId)) lane.Fail(records);
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
