using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Receives one partition and sees it through to durability. Starts at the committed offset; what lies between that and the
/// first container that reaches it (after this grain moved or failed) it reads from the log itself. Taking a container in
/// is not acknowledging it: only the tracker's watermark is committed.
/// </summary>
[Reentrant]
[PreferLocalPlacement]
[CollectionAgeLimit(AlwaysActive = true)]
[GrainType("partition")]
[ImplicitStreamSubscription(PartitionStreams.Namespace)]
internal sealed class PartitionGrain(
    IEventLog log, ProcessorRegistry processors, ICheckpointStore store, IEpochWatch epochs, OwnerRegister owners, OffsetTrackerFactory trackers, LocalKeyTables localKeys, ILocalSiloDetails silo,
    IOptions<StreamEngineOptions> options, TimeProvider time, ILogger<PartitionGrain> logger) : Grain, IPartitionGrain, IStreamSubscriptionObserver, IAsyncObserver<RecordBatch>, IDisposable
{
    private const int CommitEveryRecords = 50_000;
    private const int HotKeysTracked = 64;
    private const int HotKeysShown = 10;
    private static readonly TimeSpan HotKeysHalfLife = TimeSpan.FromMinutes(1);
    private readonly StreamEngineOptions _options = options.Value;
    private readonly List<(long Offset, TaskCompletionSource Reached)> _watermarkWaiters = [];
    private readonly List<(long Offset, TaskCompletionSource Reached)> _takenWaiters = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _taking = new(1, 1);
    private readonly HotKeys _hotKeys = new(HotKeysTracked);
    private TopicPartition _partition;
    private long _owner;
    private long _agedAt;
    private IOffsetTracker _tracker = null!;
    private LaneDispatcher _dispatcher = null!;
    private DueTimers _timers = null!;
    private RecordAdmission? _admission;
    private TaskCompletionSource? _room;
    private long _committed;
    private long _nextAtTick;
    private bool _stopped;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _partition = TopicPartition.Parse(this.GetPrimaryKeyString());
        _owner = await Retry.ForeverAsync(
            () => owners.NextAsync(_partition, cancellationToken), "register as the owner of a partition", _options, time, logger, cancellationToken);
        _committed = await log.CommittedAsync(_options.Group, _partition, cancellationToken);
        _tracker = trackers(_committed);
        _dispatcher = new LaneDispatcher(
            _partition, _owner, processors.ForTopic(_partition.Topic), _tracker, GrainFactory, epochs,
            new RecordsAgain(log, _partition, _options, time, logger), localKeys.For(processors.ForTopic(_partition.Topic).GrainType), new ApplyPace(_options.ApplyHereBelow), _hotKeys, IdleLanes, _options, time, logger)
        { Progressed = OnProgress, Superseded = GiveUp };
        _timers = new DueTimers(log, store, _partition, time);
        if (!log.DropsDuplicates) _admission = new RecordAdmission(log, _partition, _options, time, logger);
        _nextAtTick = _committed;
        _agedAt = time.GetTimestamp();
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(_options.CommitInterval, _options.CommitInterval) { Interleave = true });
        logger.LogInformation("Owner {Owner} of {Partition} starts at offset {Offset}.", _owner, _partition, _committed);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_dispatcher is null) return Task.CompletedTask;
        Stop();
        return CommitAsync(cancellationToken);
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<RecordBatch>().ResumeAsync(this);

    public async Task OnNextAsync(RecordBatch item, StreamSequenceToken? token = null)
    {
        // A delivery that timed out on the way is sent again while the first is still here: one at a time, and nothing twice.
        await _taking.WaitAsync();
        try
        {
            if (_admission is not null) await _admission.LearnPastAsync(_tracker.Next);
            if (item.From > _tracker.Next && !await CatchUpAsync(item.From))
                throw new LogUnavailableException($"{_partition} could not be read from {_tracker.Next} up to {item.From}; the container comes again.");
            await TakeAsync(item.Records);
        }
        finally
        {
            _taking.Release();
        }
    }

    public Task OnErrorAsync(Exception ex)
    {
        logger.LogWarning(ex, "Orleans reported a delivery error for {Partition}; the container stays in the cache and comes again.", _partition);
        return Task.CompletedTask;
    }

    public async Task<bool> WaitForWatermark(long offset, TimeSpan timeout)
    {
        if (_tracker.Watermark > offset) return true;
        epochs.Hurry(_dispatcher.AwaitedSilos);
        return await WaitAsync(_watermarkWaiters, offset, timeout);
    }

    public async ValueTask<long> FindFirst(long offset, TimeSpan timeout)
    {
        if (_admission is null) return offset;
        if (_tracker.Next <= offset) await WaitAsync(_takenWaiters, offset, timeout);
        return _admission.FirstOf(offset);
    }

    public ValueTask<PartitionProgress> GetProgress() => new(new PartitionProgress(_tracker.Watermark, _tracker.Next, _dispatcher.WindowRecords));

    public ValueTask<PartitionStatus> GetStatus() =>
        new(new PartitionStatus(_partition, silo.SiloAddress, _owner, _tracker.Watermark, _tracker.Next, _dispatcher.WindowRecords, _dispatcher.WindowBytes, _dispatcher.HotKeysNow(HotKeysShown)));

    /// <summary>A lane is of use as long as its key may be active.</summary>
    private int IdleLanes => Math.Max(1_000, _options.MaxActiveKeys / log.Topics[_partition.Topic]);

    public void Dispose()
    {
        _taking.Dispose();
        _stopping.Dispose();
    }

    private async Task<bool> WaitAsync(List<(long Offset, TaskCompletionSource Reached)> waiters, long offset, TimeSpan timeout)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.Add((offset, reached));
        await reached.Task.WaitAsync(timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!reached.Task.IsCompleted) waiters.Remove((offset, reached));
        return reached.Task.IsCompleted;
    }

    private void GiveUp()
    {
        logger.LogWarning("{Partition} has a later owner; this activation goes.", _partition);
        Stop();
        DeactivateOnIdle();
    }

    /// <summary>Whoever waits for room waits in vain: the container goes to the next owner.</summary>
    private void Stop()
    {
        _dispatcher.Stop();
        _stopped = true;
        _stopping.Cancel();
        _room?.TrySetResult();
    }

    private void ThrowIfStopped()
    {
        if (_stopped) throw new OwnerSupersededException($"This activation of {_partition} is going; the container comes again.");
    }

    private async Task TakeAsync(IReadOnlyList<LogRecord> records)
    {
        ThrowIfStopped();
        foreach (var record in records)
        {
            if (record.Offset < _tracker.Next) continue;
            if (_admission is not null) _admission.Take(record, _dispatcher, _stopping.Token);
            else if (record.IsTombstone) _dispatcher.Drop(record);
            else _dispatcher.Add(record);
        }
        Release(_takenWaiters, _tracker.Next);
        _dispatcher.Pump();
        if (_watermarkWaiters.Count > 0 || _dispatcher.IsHalfFull) epochs.Hurry(_dispatcher.AwaitedSilos);
        while (!_dispatcher.HasRoom)
        {
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _room.Task;
            ThrowIfStopped();
        }
    }

    public ValueTask Attend(SiloAddress receiver)
    {
        // Containers that cross the network cost more than a move; whatever is not committed yet is read again over there.
        if (!receiver.Equals(silo.SiloAddress))
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, receiver);
            MigrateOnIdle();
        }
        return ValueTask.CompletedTask;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (_tracker.Next == _nextAtTick && _taking.CurrentCount > 0 && log.Watermarks(_partition).High > _tracker.Next) TakeForgottenAsync().Ignore();
        _nextAtTick = _tracker.Next;
        if (time.GetElapsedTime(_agedAt) > HotKeysHalfLife)
        {
            _hotKeys.Age();
            _agedAt = time.GetTimestamp();
        }
        await CommitAsync(cancellationToken);
        try
        {
            await _timers.AppendAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "Timers of {Partition} that are due could not be appended; it is tried again.", _partition);
        }
    }

    /// <summary>
    /// What was delivered to an earlier activation and not committed does not come again by itself: when nothing has come for a
    /// while and the log holds more, it is read from there.
    /// </summary>
    private async Task TakeForgottenAsync()
    {
        await _taking.WaitAsync();
        try
        {
            if (_admission is not null) await _admission.LearnPastAsync(_tracker.Next);
            await CatchUpAsync(log.Watermarks(_partition).High);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Reading {Partition} from {Offset} failed; it is tried again.", _partition, _tracker.Next);
        }
        finally
        {
            _taking.Release();
        }
    }

    /// <summary>False when the log gave nothing before all was read.</summary>
    private async Task<bool> CatchUpAsync(long until)
    {
        logger.LogInformation("Partition {Partition}: reading {From}–{Until} again from the log.", _partition, _tracker.Next, until - 1);
        if (await log.ReadStretchAsync(_partition, _tracker.Next, until, _options, TakeAsync) < until) return false;
        // What is left before the end, compaction or a transaction's marks, are no records.
        _tracker.SkipTo(until);
        return true;
    }

    private void OnProgress()
    {
        if (_dispatcher.HasRoom && _room is { } room)
        {
            _room = null;
            room.TrySetResult();
        }
        Release(_watermarkWaiters, _tracker.Watermark);
        if (_watermarkWaiters.Count > 0) epochs.Hurry(_dispatcher.AwaitedSilos);
        if (_tracker.Watermark - _committed >= CommitEveryRecords) CommitAsync(CancellationToken.None).Ignore();
    }

    private static void Release(List<(long Offset, TaskCompletionSource Reached)> waiters, long reached)
    {
        for (int i = waiters.Count - 1; i >= 0; i--)
        {
            if (waiters[i].Offset >= reached) continue;
            waiters[i].Reached.SetResult();
            waiters.RemoveAt(i);
        }
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        long watermark = _tracker.Watermark;
        if (watermark <= _committed) return;
        long before = _committed;
        _committed = watermark;
        try
        {
            await log.CommitAsync(_options.Group, _partition, watermark, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing is lost: a later commit covers it, and a crash before that only means that more is read again.
            _committed = Math.Min(_committed, before);
            logger.LogWarning(e, "Committing offset {Offset} of {Partition} failed; it is tried again.", watermark, _partition);
        }
    }
}
