using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Gateway.Pipeline.Counts;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Pipeline;

/// <summary>Puts reality's, the stream's and the batch's figures side by side; each comes from its own source.</summary>
internal sealed class PipelineStatus(IEventLog log, PipelineCounts counts, BatchJob batch, LagMonitor monitor, IReadModels models, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>The figures, with everything that was handed in before the call.</summary>
    public async Task<PipelineView> ReadFreshAsync(CancellationToken cancellationToken)
    {
        var ends = counts.InputTopics.SelectMany(t => Enumerable.Range(0, log.Topics[t]).Select(p => new TopicPartition(t, p))).Select(p => (Partition: p, log.Watermarks(p).High)).ToList();
        await monitor.LookAsync(cancellationToken);
        long started = time.GetTimestamp();
        foreach (var (partition, high) in ends)
        {
            if (models.PositionOf(PipelineCounts.ModelName, partition) >= high) continue;
            var left = Patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) break;
            await models.WaitForAsync(PipelineCounts.ModelName, new Position(partition.Topic, partition.Partition, high - 1), left, cancellationToken);
        }
        return await ReadAsync(cancellationToken);
    }

    /// <summary>The figures as they are known now.</summary>
    public async Task<PipelineView> ReadAsync(CancellationToken cancellationToken)
    {
        var figures = counts.Read(monitor.Lags.Values);
        var standing = await batch.StandingAsync(cancellationToken);
        return new PipelineView
        {
            Ingested = figures.Ingested, Processed = figures.Processed, Lag = figures.Ingested - figures.Processed, RatePerSecond = Math.Round(figures.RatePerSecond, 1),
            Stream = new StreamView(figures.Processed, new LatencyView(figures.P50, figures.P99, LatencyWindow.Seconds)),
            Batch = View(standing),
            CatchingUp = IsCatchingUp() ? true : null,
        };
    }

    public static BatchView View(BatchStanding standing) => new()
    {
        Count = standing.State.Count, IntervalSeconds = standing.State.IntervalSeconds, LastRunAt = standing.State.LastRunAt,
        StalenessSeconds = Math.Round(standing.Staleness.TotalSeconds, 1), Polls = standing.State.Polls, EmptyPolls = standing.State.EmptyPolls,
        RecordsScanned = standing.State.RecordsScanned, LastAdded = standing.State.LastAdded,
    };

    /// <summary>A tail is never behind for long; a start on a long log is.</summary>
    private bool IsCatchingUp() => models.Status.FirstOrDefault(s => s.Name == PipelineCounts.ModelName) is { Lag: > 0 } status && status.Staleness > Patience;
}
