using Microsoft.Extensions.Options;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Replay;

/// <summary>
/// Replays at work: scans the plan's partitions and hands their records to the keys' grains, or has a read model rebuilt. Goes on where it was stored last;
/// what it does twice changes nothing.
/// </summary>
internal sealed class ReplayJob(
    ReplayReader reader, KeyDelivery delivery, IReadModels models, ReadModelRebuilds rebuilds, IEventLog log, IOptions<ReplayOptions> options, TimeProvider time) : JobKind
{
    public const string KindName = "replay";
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    public override string Name => KindName;

    /// <summary>What a queued replay will read is held from now on.</summary>
    public override IDisposable Prepare(JobRun run)
    {
        var plan = ReplayPlan.FromJson(run.Plan);
        var place = ReplayPlace.Of(run.Checkpoint, plan);
        return new Holds([.. plan.Parts.Select((part, i) => log.Hold(new TopicPartition(plan.Topic, part.Partition), place.Next[i]))]);
    }

    public override Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var plan = ReplayPlan.FromJson(run.Plan);
        return plan.Kind == ReplayTargetKind.ReadModel ? RebuildAsync(run, plan, cancellationToken) : DeliverAsync(run, plan, cancellationToken);
    }

    private Task DeliverAsync(JobRun run, ReplayPlan plan, CancellationToken cancellationToken)
    {
        var place = ReplayPlace.Of(run.Checkpoint, plan);
        run.StoreAs(place.ToJson);
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = options.Value.PartitionsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(Enumerable.Range(0, plan.Parts.Count), bounded, async (i, stop) =>
        {
            var part = plan.Parts[i];
            var outage = new Outage(options.Value.GiveUpAfter, time);
            while (place.Next[i] < part.To)
            {
                try
                {
                    var range = new ReplayRange(
                        new TopicPartition(plan.Topic, part.Partition), place.Next[i], part.To, plan.Kind == ReplayTargetKind.Key ? plan.Target : null);
                    await foreach (var batch in reader.ReadAsync(range, stop))
                    {
                        var answer = await delivery.DeliverAsync(batch, stop);
                        outage.Over();
                        run.Advance(p => p with
                        {
                            Scanned = p.Scanned + batch.Until - batch.From,
                            Skipped = p.Skipped + batch.Skipped,
                            Delivered = p.Delivered + batch.Records.Count,
                            Applied = p.Applied + answer.Applied,
                            Published = p.Published + answer.Published,
                        }, () => place.Next[i] = batch.Until);
                    }
                }
                catch (LogUnavailableException e)
                {
                    await outage.PauseAsync(e, stop);
                }
            }
        });
    }

    private async Task RebuildAsync(JobRun run, ReplayPlan plan, CancellationToken cancellationToken)
    {
        var from = plan.Parts.ToDictionary(p => new TopicPartition(plan.Topic, p.Partition), p => p.From);
        var rebuild = rebuilds.Of(run.JobId, run.CreatedAt, plan.Target, from);
        await TellAsync(rebuild, cancellationToken);
        // Each process that has the model rebuilds it by itself; the job shows how far this one is.
        if (!models.Has(plan.Target)) return;
        var rebuilt = models.RebuildAsync(plan.Target, rebuild.Generation, from, cancellationToken);
        do
        {
            await rebuilt.WaitAsync(Glance, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            long scanned = plan.Parts.Sum(p => Math.Clamp(models.PositionOf(plan.Target, new TopicPartition(plan.Topic, p.Partition)) - p.From, 0, p.To - p.From));
            run.Advance(p => p with { Scanned = scanned, Delivered = scanned });
        }
        while (!rebuilt.IsCompleted);
        await rebuilt;
    }

    private async Task TellAsync(Rebuild rebuild, CancellationToken cancellationToken)
    {
        var outage = new Outage(options.Value.GiveUpAfter, time);
        while (true)
        {
            try
            {
                await log.AppendAsync(JobRecord.Topic, [RebuildRecord.Of(rebuild, time.GetUtcNow())], cancellationToken);
                return;
            }
            catch (LogUnavailableException e)
            {
                await outage.PauseAsync(e, cancellationToken);
            }
        }
    }

    private sealed class Holds(IReadOnlyList<IDisposable> held) : IDisposable
    {
        public void Dispose()
        {
            foreach (var hold in held) hold.Dispose();
        }
    }
}
