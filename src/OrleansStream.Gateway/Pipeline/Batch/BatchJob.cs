using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>
/// The batch system to compare the stream with: every interval it fixes an end, reads the input topics from where it stopped up to there, and counts. It is a
/// consumer group of its own and knows nothing of the processors. With a store its count survives restarts and retention spares what it has not read; without one it
/// counts what the log has. Its first run begins at the oldest record.
/// </summary>
internal sealed class BatchJob(
    IEventLog log, ProcessorRegistry processors, IOptions<PipelineOptions> options, TimeProvider time, ILogger<BatchJob> logger, ISnapshotStore? store = null)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly PipelineOptions _options = options.Value;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly UnseenAges _ages = new(log);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private TaskCompletionSource _rescheduled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BatchState _state = new() { IntervalSeconds = options.Value.BatchIntervalSeconds };
    private bool _behind;

    /// <summary>Told after each run that found something, when its result is stored.</summary>
    public event Action<BatchRun>? Ran;

    public async Task<BatchStanding> StandingAsync(CancellationToken cancellationToken)
    {
        var state = _state;
        long unseen = 0;
        DateTimeOffset? oldest = null;
        foreach (var partition in Inputs())
        {
            long next = Next(state, partition), records = log.RecordsFrom(partition, next);
            if (records == 0) continue;
            unseen += records;
            if (await _ages.FirstAsync(partition, next, cancellationToken) is { } received && !(received >= oldest)) oldest = received;
        }
        var staleness = oldest is { } since ? time.GetUtcNow() - since : TimeSpan.Zero;
        return new BatchStanding(state, staleness > TimeSpan.Zero ? staleness : TimeSpan.Zero, unseen);
    }

    /// <summary>Runs every so many seconds from now on, also after a restart; the next run counts from the last one.</summary>
    public async Task SetIntervalAsync(double seconds, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await StoreAsync(_state with { IntervalSeconds = seconds }, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
        Interlocked.Exchange(ref _rescheduled, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public override void Dispose()
    {
        base.Dispose();
        _writing.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RestoreAsync(stoppingToken);
        while (true)
        {
            await WhenDueAsync(stoppingToken);
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "A batch failed; the next one reads the same records again.");
                await Task.Delay(Retry, time, stoppingToken);
            }
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (store is null) return;
        while (true)
        {
            try
            {
                foreach (var partition in Inputs()) await log.CommittedAsync(_options.BatchGroup, partition, cancellationToken);
                if (await store.ReadAsync(_options.BatchGroup, cancellationToken) is { } found && BatchState.Decode(found.Head) is var stored && !stored.IsOfAnotherLog(log)) _state = stored;
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "The batch job's state cannot be read now; trying again.");
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    private async Task WhenDueAsync(CancellationToken cancellationToken)
    {
        while (!_behind)
        {
            var rescheduled = Volatile.Read(ref _rescheduled).Task;
            var due = (_state.LastRunAt ?? _startedAt) + TimeSpan.FromSeconds(_state.IntervalSeconds) - time.GetUtcNow();
            if (due <= TimeSpan.Zero) return;
            await rescheduled.WaitAsync(due, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var runAt = time.GetUtcNow();
        var ends = Inputs().Select(p => (Partition: p, End: log.Watermarks(p).High)).ToList();
        var scan = new BatchScan(log, _options.BatchRecords);
        var positions = _state.Positions.ToBuilder();
        foreach (var (partition, end) in ends)
            positions[partition.ToString()] = await scan.ReadAsync(partition, Next(_state, partition), end, cancellationToken);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            bool found = scan.Counted > 0;
            var after = _state with
            {
                Count = _state.Count + scan.Counted,
                Polls = _state.Polls + 1,
                EmptyPolls = _state.EmptyPolls + (found ? 0 : 1),
                RecordsScanned = _state.RecordsScanned + scan.Scanned,
                LastRunAt = runAt,
                LastAdded = found ? scan.Counted : _state.LastAdded,
                Positions = positions.ToImmutable(),
            };
            // A poll that found nothing is not worth a write: a restart forgets that it was.
            if (found) await StoreAsync(after, cancellationToken);
            else _state = after;
            _behind = ends.Exists(e => Next(after, e.Partition) < e.End);
        }
        finally
        {
            _writing.Release();
        }
        if (scan.Counted > 0) Ran?.Invoke(new BatchRun(runAt, time.GetUtcNow(), scan.Counted, _state.Count, _state.IntervalSeconds, ByTopic(_state)));
    }

    /// <summary>Nobody sees a count before it is stored; retention learns of it afterwards.</summary>
    private async Task StoreAsync(BatchState state, CancellationToken cancellationToken)
    {
        if (store is not null && !await store.WriteAsync(_options.BatchGroup, state.Encode(), [], _ => true, cancellationToken))
            throw new IOException("Another process is storing a batch job's state just now.");
        _state = state;
        if (store is null) return;
        foreach (var (partition, next) in state.Positions) await log.CommitAsync(_options.BatchGroup, TopicPartition.Parse(partition), next, cancellationToken);
    }

    /// <summary>What was handed in from outside; what processors hand to each other was handed in once already.</summary>
    private IEnumerable<TopicPartition> Inputs() => processors.Partitions(log).Where(p => processors.ForTopic(p.Topic).TakesRequests);

    private long Next(BatchState state, TopicPartition partition) =>
        state.Positions.TryGetValue(partition.ToString(), out long next) ? next : log.Watermarks(partition).Low;

    private Dictionary<string, ImmutableArray<long>> ByTopic(BatchState state) => Inputs().GroupBy(p => p.Topic)
        .ToDictionary(t => t.Key, t => t.OrderBy(p => p.Partition).Select(p => Next(state, p)).ToImmutableArray());
}
