using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Rules;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>Changes rule sets, from any process: a change is in force in this one when the call returns, and in the others moments later.</summary>
public sealed class RulesetService(RulesetBook book, IReadModels models, IEventLog log, TimeProvider time)
{
    /// <summary>Puts a new version in force.</summary>
    /// <param name="document">The rule set; its version is given.</param>
    /// <param name="expected">The version it was made on; null for whichever is in force.</param>
    /// <param name="note">What its author says.</param>
    /// <param name="cancellationToken">Ends the wait; the change may come into force all the same.</param>
    public async Task<RulesAnswer<RulesetVersion>> ActivateAsync(ReadOnlyMemory<byte> document, int? expected, string? note, CancellationToken cancellationToken)
    {
        var read = FraudRulesetJson.ReadHandedIn(document.Span);
        if (read.Ruleset is not { } ruleset) return new(null, read.Errors, false);
        var version = await book.ActivateAsync(
            expected, current => ChangeAsync(new RulesetChange(RulesetChange.Activated, NewId(), current, DocumentOf(ruleset), note), cancellationToken), v => IsSame(v.Ruleset, ruleset));
        return new(version, [], Conflict: version is null);
    }

    /// <summary>Lets a rule set decide beside the active one, in place of any other.</summary>
    public async Task<RulesAnswer<RulesetVersion>> ShadowAsync(ReadOnlyMemory<byte> document, string? note, CancellationToken cancellationToken)
    {
        var read = FraudRulesetJson.ReadHandedIn(document.Span);
        if (read.Ruleset is not { } ruleset) return new(null, read.Errors, false);
        await ChangeAsync(new RulesetChange(RulesetChange.Shadowed, NewId(), 0, DocumentOf(ruleset), note), cancellationToken);
        return new(book.Shadow, [], false);
    }

    public Task RemoveShadowAsync(CancellationToken cancellationToken) =>
        ChangeAsync(new RulesetChange(RulesetChange.ShadowRemoved, NewId(), 0, null, null), cancellationToken);

    private async Task ChangeAsync(RulesetChange change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new LogRecord { Key = "fraud", Source = RulesetBook.Topic, Id = change.Id, Time = now, ReceivedAt = now, Value = change.ToJson() };
        await models.AppendAndReadAsync(log, RulesetBook.ModelName, RulesetBook.Topic, [record], cancellationToken);
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private static JsonElement DocumentOf(FraudRuleset ruleset) => JsonElement.Parse(FraudRulesetJson.Write(ruleset));

    private static bool IsSame(FraudRuleset left, FraudRuleset right) =>
        FraudRulesetJson.Write(left with { Version = 0 }).AsSpan().SequenceEqual(FraudRulesetJson.Write(right with { Version = 0 }));
}
