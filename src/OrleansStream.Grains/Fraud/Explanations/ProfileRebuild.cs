using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Grains.Merchants;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Fraud.Explanations;

/// <summary>
/// A card's profile as it was before a decision: from the nearest earlier decision that has it, what happened to the card since then applied again, with what was
/// decided about it. The card's own history says which records these are; of the log only they are read, however many others lie between. What the log has no more
/// makes the profile unknown, never guessed.
/// </summary>
public sealed class ProfileRebuild(IEventLog log, ProcessorRegistry processors, RulesetBook rulesets, Serializer<Decision> decisions)
{
    private const int PageSize = 64;

    /// <summary>Every 50th decision carries the profile; more than this between two means that it does not, and is more than a request should cost.</summary>
    private const int MostSteps = 1_000;

    /// <summary>The profile, or null and whether that is because the history is not kept so far back.</summary>
    internal async Task<(CardProfile? Profile, bool IsExpired)> BeforeAsync(
        IKeyedStreamGrain grain, OutputEntry entry, Decision decision, TopicPartition partition, CancellationToken cancellationToken)
    {
        if (decision.Snapshot is { } here) return (here, false);
        var steps = new SortedDictionary<long, Step>();
        if (await NearestAsync(grain, entry, steps) is not { } profile)
        {
            // Nothing was decided before: only labels of nothing could be, and those are refused.
            return steps.Count == 0 && decision.Inputs?[Feature.History] == 0 ? (CardProfile.Empty, false) : (null, true);
        }
        using var records = new RecordSeek(log, partition);
        var processor = (CardProcessor)processors.ForTopic(CardTopics.Transactions);
        foreach (var (offset, step) in steps)
        {
            if (step.Label is { } label)
            {
                profile = profile.Label(label);
                continue;
            }
            if (offset < log.Watermarks(partition).Low || await records.AtAsync(offset, cancellationToken) is not { } record) return (null, true);
            profile = Next(profile, processor, record, step.Decision!);
        }
        return (profile, false);
    }

    /// <summary>The profile of the nearest decision that has it, and what happened from that decision on; null when there is none within bounds.</summary>
    private async Task<CardProfile?> NearestAsync(IKeyedStreamGrain grain, OutputEntry entry, SortedDictionary<long, Step> steps)
    {
        for (long before = entry.Offset; steps.Count <= MostSteps;)
        {
            var page = await grain.ListEntries(before, PageSize);
            foreach (var each in page)
            {
                // A label that changed the card was passed on to the merchant, as it is.
                if (each.Topic == MerchantProcessor.TopicName && CardLabelJson.Read(each.Payload) is { } label) steps[each.Offset] = new Step(null, label);
                if (each.Topic is not null) continue;
                var decision = decisions.Deserialize(each.Payload)!;
                steps[each.Offset] = new Step(decision, null);
                if ((decision.Snapshot ?? (decision.Inputs?[Feature.History] == 0 ? CardProfile.Empty : null)) is { } profile) return profile;
            }
            if (page.Count < PageSize) return null;
            // The page may end amid what one record put out.
            before = page[^1].Offset + 1;
        }
        return null;
    }

    private CardProfile Next(CardProfile profile, CardProcessor processor, LogRecord record, Decision decision)
    {
        var read = processor.Read(record.Value.Span, new ReadingDefaults(record.Id, record.Time, record.Key, Kind: record.Header(LogHeaders.Kind)));
        if (!read.IsValid || read.Event.Transaction is not { } transaction) return profile;
        var currencies = (rulesets.Find(decision.RulesetVersion)?.Ruleset ?? FraudRuleset.Default).Currencies;
        return FraudRules.Next(profile, transaction, currencies.Convert(transaction.Amount, transaction.Currency), decision.Evidence, decision.Outcome);
    }

    /// <summary>A decision, or a label.</summary>
    private readonly record struct Step(Decision? Decision, CardLabel? Label);
}
