using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// One loop per silo: waits until something is staged, gathers for as long as is worth it, writes all dirty rows in one
/// transaction, confirms them, and publishes their outputs while the next epoch gathers. A failing store or log is retried for as
/// long as it takes, with the same rows; what is staged meanwhile waits, and the partition windows hold the input back. A row that
/// can never be stored ends its activation; the key's next one finds out which record is to blame (<see cref="SuspectKeys"/>).
/// </summary>
internal sealed class Checkpointer : ICheckpointer, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Far more than can be refused while one answer is on its way.</summary>
    private const int RefusedEpochsKept = 10_000;

    /// <summary>Keys in one epoch that are more than one caller's.</summary>
    private const int Few = 4;

    /// <summary>So often keys come, on average, before a row is written that nobody waits for.</summary>
    private const int StagingsPerRow = 4;

    private readonly object _gate = new();
    private readonly ICheckpointStore _store;
    private readonly OutputPublisher _publisher;
    private readonly SuspectKeys _suspects;
    private readonly ILocalSiloDetails _silo;
    private readonly StreamEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Checkpointer> _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<long, CheckpointEpoch> _pending = [];
    private readonly Queue<long> _refusedEpochs = new();
    private CheckpointEpoch _open = new(1);
    private bool _hurry;
    private bool _gathering;
    private int _rowsBefore;
    private Task _loop = Task.CompletedTask;

    public Checkpointer(
        ICheckpointStore store, OutputPublisher publisher, SuspectKeys suspects, ILocalSiloDetails silo, IOptions<StreamEngineOptions> options, TimeProvider time,
        ILogger<Checkpointer> logger)
    {
        (_store, _publisher, _suspects, _silo, _options, _time, _logger) = (store, publisher, suspects, silo, options.Value, time, logger);
        _pending.Add(_open.Number, _open);
    }

    public EpochToken Stage(CheckpointSlot slot)
    {
        lock (_gate)
        {
            if (slot.IsFenced) throw new SlotFencedException($"The row of {slot.Grain} was written by another activation.");
            if (slot.StagedEpoch != _open.Number)
            {
                slot.StagedEpoch = _open.Number;
                _open.Slots.Add(slot);
            }
            _open.Stagings++;
            if (_open.Outputs < StagedOutputs.Prompt && slot.Outputs is var outputs && outputs > _open.Outputs) _open.Outputs = outputs;
            Wake(slot.IsAwaited);
            return new EpochToken(_silo.SiloAddress, _open.Number);
        }
    }

    public void Hurry()
    {
        lock (_gate)
        {
            if (_open.Slots.Count > 0) Wake(true);
            else _hurry = true;
        }
    }

    public Task<FrozenSet<GrainId>> WhenDurable(long epoch)
    {
        lock (_gate) return _pending.TryGetValue(epoch, out var found) ? found.Done.Task : CheckpointEpoch.NothingRefused;
    }

    /// <summary>Starts before any grain can be called and stops after all are deactivated.</summary>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(Checkpointer), ServiceLifecycleStage.RuntimeInitialize, _ => Start(), StopAsync);

    public void Dispose()
    {
        _stop.Dispose();
        _wake.Dispose();
    }

    private Task Start()
    {
        _loop = Task.Run(LoopAsync);
        return Task.CompletedTask;
    }

    /// <summary>Waits for what is under way, but not longer than it may: what a dead log keeps from leaving goes out after the next start.</summary>
    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>While it gathers, only the first who waits is news: a thread woken for each key would cost more than the key.</summary>
    private void Wake(bool awaited)
    {
        bool isNews = awaited && !_hurry;
        _hurry |= awaited;
        if ((isNews || !_gathering) && _wake.CurrentCount == 0) _wake.Release();
    }

    private async Task LoopAsync()
    {
        try
        {
            long lastStart = _time.GetTimestamp() - _time.TimestampFrequency;
            while (true)
            {
                await _wake.WaitAsync(_stop.Token);
                await GatherAsync(lastStart);
                lastStart = _time.GetTimestamp();
                if (Close() is { } epoch) await WriteAsync(epoch);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await _publisher.DrainAsync();
        }
        catch (Exception e)
        {
            _logger.LogCritical(e, "The checkpointer ended: nothing becomes durable any more. Restart the process.");
        }
    }

    /// <summary>
    /// Idle: not at all, or a moment since the last epoch when no output is prompt. Awaited: a few milliseconds since the last epoch, if that had several keys; many who
    /// wait for little each are served sooner together than one after the other. Under load: for the gathering time; and when nothing is to leave and nobody waits, until
    /// most keys came several times, so that one row stands for several records. A partition whose window is half full waits, too.
    /// </summary>
    private async Task GatherAsync(long lastStart)
    {
        while (true)
        {
            TimeSpan left;
            lock (_gate)
            {
                left = Target() - _time.GetElapsedTime(lastStart);
                _gathering = left > TimeSpan.Zero;
            }
            if (left <= TimeSpan.Zero) return;
            await _wake.WaitAsync(left < _options.CheckpointGatherWhenAwaited ? left : _options.CheckpointGatherWhenAwaited, _stop.Token);
        }
    }

    /// <summary>How long after the last epoch the next one starts, as things are now.</summary>
    private TimeSpan Target()
    {
        int keys = _open.Slots.Count;
        if (_hurry) return Math.Max(keys, _rowsBefore) >= Few ? _options.CheckpointGatherWhenAwaited : TimeSpan.Zero;
        if (keys < _options.CheckpointIdleKeys) return _open.Outputs < StagedOutputs.Prompt ? _options.CheckpointPace : TimeSpan.Zero;
        return _open.Outputs > StagedOutputs.None || _open.Stagings >= StagingsPerRow * keys ? _options.CheckpointGather : _options.CheckpointGatherWhenQuiet;
    }

    private CheckpointEpoch? Close()
    {
        lock (_gate)
        {
            if (_open.Slots.Count == 0) return null;
            var epoch = _open;
            epoch.Slots.RemoveAll(slot => !slot.Take() && !slot.IsFenced);
            _open = new CheckpointEpoch(epoch.Number + 1);
            _pending.Add(_open.Number, _open);
            _hurry = false;
            _rowsBefore = epoch.Slots.Count;
            return epoch;
        }
    }

    private async Task WriteAsync(CheckpointEpoch epoch)
    {
        var slots = new List<CheckpointSlot>(epoch.Slots.Count);
        var writes = new List<CheckpointWrite>(epoch.Slots.Count);
        var outputs = new List<(string Topic, LogRecord Record)>();
        foreach (var slot in epoch.Slots)
        {
            if (!TrySerialize(slot, out var write)) continue;
            if (write is null)
            {
                Confirm(slot, outputs);
                continue;
            }
            slots.Add(slot);
            writes.Add(write);
        }
        long started = _time.GetTimestamp();
        CheckpointOutcome[] outcomes = writes.Count == 0 ? [] : await Retry.ForeverAsync(() => _store.WriteAsync(writes, CancellationToken.None), "write a checkpoint", _options, _time, _logger, _stop.Token);
        StreamMetrics.CheckpointRows.Add(writes.Count);
        StreamMetrics.CheckpointDuration.Record(_time.GetElapsedTime(started).TotalSeconds);
        var refused = epoch.Slots.Where(s => s.IsFenced).Select(s => s.Grain).ToList();
        for (int i = 0; i < slots.Count; i++)
        {
            if (outcomes[i].IsWritten)
            {
                slots[i].Version++;
                Confirm(slots[i], outputs);
                continue;
            }
            if (outcomes[i].Fault is { } fault)
            {
                _suspects.Add(slots[i].Grain);
                _logger.LogError("A row of {GrainType} cannot be stored ({Fault}); its records are tried one by one.", slots[i].Grain.Type, fault);
            }
            else _logger.LogWarning("The row of {Grain} was written by another activation; this one is fenced off.", slots[i].Grain.Type);
            lock (_gate) slots[i].Fence();
            refused.Add(slots[i].Grain);
        }
        await _publisher.PublishAsync(outputs, () => Finish(epoch, refused));
    }

    private static void Confirm(CheckpointSlot slot, List<(string Topic, LogRecord Record)> outputs)
    {
        outputs.AddRange(slot.TakenOutputs);
        slot.Confirm();
    }

    /// <summary>A row that cannot be serialized takes only its own activation with it: the key starts again from what is durable.</summary>
    private bool TrySerialize(CheckpointSlot slot, out CheckpointWrite? write)
    {
        write = null;
        if (slot.IsFenced) return false;
        try
        {
            write = slot.ToWrite();
            return true;
        }
        catch (Exception e)
        {
            _logger.LogError(e, "A row of {GrainType} cannot be serialized; its records are tried one by one.", slot.Grain.Type);
            _suspects.Add(slot.Grain);
            lock (_gate) slot.Fence();
            return false;
        }
    }

    private void Finish(CheckpointEpoch epoch, List<GrainId> refused)
    {
        lock (_gate)
        {
            // A grain's answer may reach its partition after the epoch is done: a refusal must still be found then.
            if (refused.Count == 0) _pending.Remove(epoch.Number);
            else _refusedEpochs.Enqueue(epoch.Number);
            if (_refusedEpochs.Count > RefusedEpochsKept) _pending.Remove(_refusedEpochs.Dequeue());
        }
        epoch.Done.SetResult(refused.ToFrozenSet());
    }
}
