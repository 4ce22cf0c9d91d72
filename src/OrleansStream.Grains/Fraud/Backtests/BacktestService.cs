using System.Collections.Immutable;
using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Json;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Fraud.Backtests;

/// <summary>Starts backtests.</summary>
public sealed class BacktestService(JobClient jobs, RulesetBook rulesets, IEventLog log)
{
    /// <summary>The job, or what is wrong with the document.</summary>
    /// <exception cref="LogOverloadedException">Too many jobs wait already.</exception>
    public async Task<BacktestStarted> StartAsync(
        ReadOnlyMemory<byte> document, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var read = FraudRulesetJson.ReadHandedIn(document.Span);
        if (read.Ruleset is not { } ruleset) return new BacktestStarted(null, read.Errors);
        var active = rulesets.Current.Active;
        var plan = new BacktestPlan(
            JsonElement.Parse(FraudRulesetJson.Write(ruleset)), JsonElement.Parse(FraudRulesetJson.Write(active)), active.Version, from, to,
            [.. Enumerable.Range(0, log.Topics[CardTopics.Transactions]).Select(p => log.Watermarks(new TopicPartition(CardTopics.Transactions, p)).High)]);
        var job = jobs.New(BacktestJob.KindName) with
        {
            Topic = CardTopics.Transactions,
            Target = ruleset.Id,
            From = from?.ToString("O"),
            To = to?.ToString("O"),
        };
        return new BacktestStarted(await jobs.StartAsync(job, plan.ToJson(), cancellationToken), []);
    }
}

/// <param name="Job">Null when there are errors.</param>
/// <param name="Errors">What is wrong with the document.</param>
public sealed record BacktestStarted(Job? Job, ImmutableArray<FieldError> Errors);
