using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>Which letters a job redrives.</summary>
/// <param name="Topic">The topic of the records; null for any.</param>
/// <param name="Codes">Any of these; null for any.</param>
/// <param name="Until">Per partition of the dead letters' topic, the end when the job was made: what fails again while it runs is not sent again by it.</param>
internal sealed record RedrivePlan(string? Topic, IReadOnlyList<string>? Codes, long[] Until)
{
    public DeadLetterFilter Filter => new(Topic, Codes, DeadLetterStatus.Open);

    public bool Includes(DeadLetterEntry letter) => letter.Stored.Partition < Until.Length && letter.Stored.Offset < Until[letter.Stored.Partition];

    public string ToJson() => JsonSerializer.Serialize(this, DeadLetterListJson.Default.RedrivePlan);

    public static RedrivePlan FromJson(string json) => JsonSerializer.Deserialize(json, DeadLetterListJson.Default.RedrivePlan)!;
}

/// <summary>Redrives many letters. A letter's status says whether it is done: there is no other place to keep.</summary>
internal sealed class RedriveJob(DeadLetterQueue queue, DeadLetterList list, IReadModels models, IOptions<ReplayOptions> options, TimeProvider time) : JobKind
{
    public const string KindName = "redrive";
    private const int AtOnce = 200;

    public override string Name => KindName;

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var plan = RedrivePlan.FromJson(run.Plan);
        for (int p = 0; p < plan.Until.Length; p++)
            while (plan.Until[p] > 0 && !await models.WaitForAsync(DeadLetterList.ModelName, new Position(DeadLetter.TopicName, p, plan.Until[p] - 1), TimeSpan.FromSeconds(10), cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        var letters = list.InOrder(plan.Filter).Where(plan.Includes).ToList();
        run.Advance(progress => progress with { Total = progress.Scanned + letters.Count });
        var outage = new Outage(options.Value.GiveUpAfter, time);
        foreach (var some in letters.Chunk(AtOnce))
        {
            var results = await InsistAsync(() => queue.RedriveAsync(some, cancellationToken), outage, cancellationToken);
            int redriven = results.Count(r => r.Outcome == RedriveOutcome.Redriven);
            run.Advance(p => p with { Scanned = p.Scanned + some.Length, Delivered = p.Delivered + redriven, Skipped = p.Skipped + some.Length - redriven });
        }
    }

    private static async Task<T> InsistAsync<T>(Func<Task<T>> action, Outage outage, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var result = await action();
                outage.Over();
                return result;
            }
            catch (LogUnavailableException e)
            {
                await outage.PauseAsync(e, cancellationToken);
            }
        }
    }
}
