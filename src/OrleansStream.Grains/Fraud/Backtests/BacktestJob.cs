using System.Text.Json;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Fraud.Backtests;

/// <summary>
/// Decides about everything in the log again, in its order, by the rule set to try and by the one in force, and tells where they differ. Both see the same facts,
/// learned on the way from the transactions and labels before: what differs is the rules' doing. It changes nothing, and a run that is broken off begins anew.
/// </summary>
internal sealed class BacktestJob(IEventLog log, ProcessorRegistry processors) : JobKind
{
    public const string KindName = "backtest";

    /// <summary>Profiles are held in memory, a few KiB each.</summary>
    private const int MaxCards = 200_000;
    private const int TellEvery = 500;

    public override string Name => KindName;

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var plan = BacktestPlan.FromJson(run.Plan);
        var lows = plan.Ends.Select((_, p) => log.Watermarks(new TopicPartition(CardTopics.Transactions, p)).Low).ToArray();
        using var holds = new LogHolds([.. lows.Select((low, p) => log.Hold(new TopicPartition(CardTopics.Transactions, p), low))]);
        run.Advance(_ => new JobProgress(plan.Ends.Zip(lows, (end, low) => Math.Max(0, end - low)).Sum(), 0, 0, 0, 0, 0));
        var processor = (CardProcessor)processors.ForTopic(CardTopics.Transactions);
        var test = new BacktestRun(SavedRuleset.Read(plan.Ruleset), SavedRuleset.Read(plan.Baseline) with { Version = plan.BaselineVersion }, plan.From, plan.To);
        var (read, decided) = (0L, 0L);
        await foreach (var (_, record) in LogOrder.ReadAsync(log, CardTopics.Transactions, plan.Ends, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(test, processor, record);
            if (test.Cards > MaxCards) throw new JobFailedException($"The range has more than {MaxCards:N0} cards, whose profiles a backtest holds in memory.");
            if (++read % TellEvery == 0) Tell();
        }
        run.Result = JsonSerializer.Serialize(test.ToResult(), BacktestJson.Default.BacktestResult);
        run.Advance(progress => progress with { Scanned = progress.Total, Delivered = test.Transactions });

        void Tell()
        {
            long more = test.Transactions - decided;
            decided = test.Transactions;
            run.Advance(progress => progress with { Scanned = progress.Scanned + TellEvery, Delivered = progress.Delivered + more });
        }
    }

    private static void Take(BacktestRun test, CardProcessor processor, LogRecord record)
    {
        if (record.Header(LogHeaders.Kind) is { } kind && kind != CardTopics.LabelKind) return;
        var reading = processor.Read(record.Value.Span, new ReadingDefaults(record.Id, record.Time, record.Key, Kind: record.Header(LogHeaders.Kind)));
        // What cannot be read was a dead letter.
        if (!reading.IsValid) return;
        if (reading.Event.Label is { } label) test.Take(label);
        else test.Take(reading.Event.Transaction!);
    }

    private sealed class LogHolds(IDisposable[] holds) : IDisposable
    {
        public void Dispose()
        {
            foreach (var hold in holds) hold.Dispose();
        }
    }
}
