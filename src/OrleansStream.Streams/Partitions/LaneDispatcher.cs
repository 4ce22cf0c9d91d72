using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Sends the records of a partition to their keys' grains: in order per key, one call at a time per key, a bounded number of keys
/// at once. A record is done when the checkpoint epoch that its grain named is durable and published; it is called again for as
/// long as that fails. What was applied and is not yet durable is kept as offsets, not as records: tens of thousands of them would grow old in memory, and every
/// collection would copy them; the log has them when they are needed again. Runs on its partition grain's scheduler: no locks.
/// </summary>
internal sealed class LaneDispatcher(
    TopicPartition partition, long owner, StreamProcessor processor, IOffsetTracker tracker, IGrainFactory grains, IEpochWatch epochs,
    RecordsAgain again, LocalKeys local, ApplyPace pace, HotKeys hotKeys, int idleLanes, StreamEngineOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(2);
    private readonly KeyLanes _lanes = new(idleLanes, hotKeys);
    private readonly Queue<KeyLane> _ready = new();
    private readonly Queue<(KeyLane Lane, KeyBatch Batch)> _toCall = new();
    private readonly Dictionary<EpochToken, AwaitedEpoch> _epochs = [];
    private int _inFlight;
    private bool _stopped;
    private bool _pumping;
    private bool _progressed;

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

    /// <summary>Half of what fits is under way: what it waits for should not wait any longer.</summary>
    public bool IsHalfFull => WindowRecords > options.WindowRecords / 2 || WindowBytes > options.WindowBytes / 2;

    /// <summary>The keys with the most records of late.</summary>
    public HotKey[] HotKeysNow(int max)
    {
        _lanes.Tell();
        return hotKeys.Top(max);
    }

    /// <summary>Takes a record into its key's lane; <see cref="Pump"/> sends it.</summary>
    public void Add(LogRecord record)
    {
        tracker.Register(record.Offset);
        WindowRecords++;
        WindowBytes += record.Size;
        var lane = _lanes.Of(record.Key);
        lane.Add(record);
        Schedule(lane);
    }

    /// <summary>Takes a record that is nobody's: it is done as soon as all before it are.</summary>
    public void Drop(LogRecord record)
    {
        tracker.Register(record.Offset);
        tracker.Complete(record.Offset);
        _progressed = true;
    }

    /// <summary>Takes a record of which something is made elsewhere: it is done when that is.</summary>
    public void Await(LogRecord record, Task done)
    {
        tracker.Register(record.Offset);
        WindowRecords++;
        WindowBytes += record.Size;
        AwaitAsync(record, done).Ignore();
    }

    /// <summary>Sends nothing any more: the partition has another owner, or this one is going.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Sends what is ready: at once to keys on this silo, to others as many calls as may be in flight.</summary>
    public void Pump()
    {
        if (!_pumping) PumpAsync().Ignore();
    }

    private async Task PumpAsync()
    {
        _pumping = true;
        try
        {
            long turn = time.GetTimestamp(), now = turn;
            while (!_stopped && _ready.TryDequeue(out var lane))
            {
                var (records, previous) = lane.Take(options.RecordsPerCall);
                _lanes.Sent(lane, records.Length);
                var batch = new KeyBatch(partition, tracker.Watermark, owner, previous, records);
                if (!TryApplyHere(lane, batch, ref now)) _toCall.Enqueue((lane, batch));
                if (time.GetElapsedTime(turn, now) < LongestTurn) continue;
                // Calls, questions and confirmations want their turn, too.
                StartCalls();
                Report();
                await Task.Yield();
                turn = now = time.GetTimestamp();
            }
        }
        finally
        {
            _pumping = false;
        }
        StartCalls();
        Report();
    }

    private void StartCalls()
    {
        while (!_stopped && _inFlight < options.KeysInFlight && _toCall.TryDequeue(out var call))
        {
            _inFlight++;
            CallAsync(call.Lane, call.Batch).Ignore();
        }
    }

    /// <summary>False when the key is not on this silo, or its rules are slow enough to deserve threads of their own.</summary>
    /// <param name="lane">Whose.</param>
    /// <param name="batch">What.</param>
    /// <param name="now">When the batch before ended, and then when this one did: the clock is asked once.</param>
    private bool TryApplyHere(KeyLane lane, KeyBatch batch, ref long now)
    {
        if (!pace.IsFast || local.Find(lane.Key, ref lane.Place) is not { } key) return false;
        long started = now;
        try
        {
            bool applied = key.TryApply(batch, out var epoch);
            now = time.GetTimestamp();
            if (!applied) return false;
            pace.Took(time.GetElapsedTime(started, now), batch.Records.Length);
            Answered(lane, batch.Records, epoch);
        }
        catch (Exception e)
        {
            RetryAsync(lane, batch.Records, e).Ignore();
        }
        return true;
    }

    private void Schedule(KeyLane lane)
    {
        if (!lane.CanDispatch) return;
        lane.Scheduled = true;
        _ready.Enqueue(lane);
    }

    private async Task CallAsync(KeyLane lane, KeyBatch batch)
    {
        lane.Grain ??= ProcessorRegistry.Grain(grains, processor, lane.Key);
        try
        {
            var epoch = await lane.Grain.Apply(batch);
            _inFlight--;
            Answered(lane, batch.Records, epoch);
        }
        catch (Exception e)
        {
            _inFlight--;
            RetryAsync(lane, batch.Records, e).Ignore();
        }
        Pump();
    }

    private void Answered(KeyLane lane, LogRecord[] records, EpochToken epoch)
    {
        lane.Attempts = 0;
        lane.Scheduled = false;
        if (epoch.Number == 0) Complete(records);
        else Expect(epoch, lane, records);
        Schedule(lane);
    }

    private async Task RetryAsync(KeyLane lane, LogRecord[] records, Exception failure)
    {
        lane.Fail(records);
        StreamMetrics.Retries.Add(1, StreamMetrics.Topic(partition.Topic));
        if (failure is OwnerSupersededException && !_stopped) Superseded();
        if (_stopped) return;
        var pause = options.PauseAfter(lane.Attempts++);
        // An outage meets thousands of keys, and its trace is in the log of the silo that met it.
        logger.LogWarning(failure is StoreUnavailableException ? null : failure, "Key {Key} of {Partition} at offset {Offset} failed (attempt {Attempt}); next try in {PauseMs:0} ms: {Reason}",
            KeyHash.Of(lane.Key), partition, records[0].Offset, lane.Attempts, pause.TotalMilliseconds, failure.Message);
        await Task.Delay(pause, time);
        lane.Scheduled = false;
        Schedule(lane);
        Pump();
    }

    private void Expect(EpochToken epoch, KeyLane lane, LogRecord[] records)
    {
        lane.Expect();
        if (_epochs.TryGetValue(epoch, out var awaited))
        {
            awaited.Applied.Add(AppliedRecords.Of(lane, records));
            return;
        }
        // The epoch may be durable already, and is then confirmed within this call: what it confirms must be there before.
        _epochs.Add(epoch, awaited = new AwaitedEpoch(records[0].ReceivedAt, [AppliedRecords.Of(lane, records)]));
        ConfirmAsync(epoch, awaited).Ignore();
    }

    private async Task AwaitAsync(LogRecord record, Task done)
    {
        await done;
        Complete([record]);
        Report();
    }

    private async Task ConfirmAsync(EpochToken epoch, AwaitedEpoch awaited)
    {
        IReadOnlySet<GrainId>? refused = null;
        try
        {
            refused = await epochs.WhenDurableAsync(epoch);
        }
        catch (EpochLostException e)
        {
            logger.LogWarning(e, "What became of epoch {Epoch} of {Silo} is not known: {Calls} calls of {Partition} are made again.",
                epoch.Number, epoch.Silo, awaited.Applied.Count, partition);
        }
        _epochs.Remove(epoch);
        if (refused is not null)
        {
            // One of an epoch stands for all: they become durable together.
            var waited = time.GetUtcNow() - awaited.FirstReceivedAt;
            StreamMetrics.DeliveryDuration.Record(Math.Max(0, waited.TotalSeconds), StreamMetrics.Topic(partition.Topic));
        }
        List<AppliedRecords> lost = [];
        foreach (var applied in awaited.Applied)
        {
            if (refused is null || (refused.Count > 0 && refused.Contains(GrainId.Create(processor.GrainType, applied.Lane.Key))))
            {
                applied.Lane.Stop();
                lost.Add(applied);
                continue;
            }
            Complete(applied);
            applied.Lane.Settle();
            Schedule(applied.Lane);
        }
        if (lost.Count > 0) ApplyAgainAsync(lost).Ignore();
        Report();
        Pump();
    }

    /// <summary>The lanes stand still until their records are read again.</summary>
    private async Task ApplyAgainAsync(List<AppliedRecords> lost)
    {
        var records = await again.ReadAsync(lost.SelectMany(l => l.Offsets).ToHashSet(), () => _stopped);
        if (_stopped) return;
        foreach (var applied in lost)
        {
            var found = new List<LogRecord>(applied.Count);
            foreach (long offset in applied.Offsets)
            {
                if (records.TryGetValue(offset, out var record)) found.Add(record);
                else Complete(offset);
            }
            WindowRecords -= applied.Count - found.Count;
            WindowBytes -= applied.Bytes - found.Sum(r => (long)r.Size);
            applied.Lane.Fail(found);
            applied.Lane.Settle();
            Schedule(applied.Lane);
        }
        Report();
        Pump();
    }

    private void Report()
    {
        if (!_progressed) return;
        _progressed = false;
        Progressed();
    }

    private void Complete(LogRecord[] records)
    {
        foreach (var record in records)
        {
            Complete(record.Offset);
            WindowRecords--;
            WindowBytes -= record.Size;
        }
    }

    private void Complete(in AppliedRecords applied)
    {
        Complete(applied.First);
        foreach (long offset in applied.Others) Complete(offset);
        WindowRecords -= applied.Count;
        WindowBytes -= applied.Bytes;
    }

    private void Complete(long offset)
    {
        _progressed = true;
        tracker.Complete(offset);
    }

    /// <param name="FirstReceivedAt">When the first record was handed in.</param>
    /// <param name="Applied">What is durable when the epoch is.</param>
    private sealed record AwaitedEpoch(DateTimeOffset FirstReceivedAt, List<AppliedRecords> Applied);

    /// <summary>What a key has applied in one call.</summary>
    private readonly record struct AppliedRecords(KeyLane Lane, long First, long[] Others, long Bytes)
    {
        public int Count => 1 + Others.Length;

        public IEnumerable<long> Offsets => Others.Prepend(First);

        public static AppliedRecords Of(KeyLane lane, LogRecord[] records)
        {
            long[] others = records.Length == 1 ? [] : new long[records.Length - 1];
            for (int i = 0; i < others.Length; i++) others[i] = records[i + 1].Offset;
            long bytes = 0;
            foreach (var record in records) bytes += record.Size;
            return new(lane, records[0].Offset, others, bytes);
        }
    }
}
