using System.Collections.Immutable;
using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>Changes rule sets, from any process: a change is in force in this one when the call returns, and in the others moments later.</summary>
public sealed class RulesetService(RulesetBook book, IReadModels models, IEventLog log, TimeProvider time)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    /// <summary>Puts a new version in force.</summary>
    /// <param name="document">The rule set; its version is given.</param>
    /// <param name="expected">The version it was made on; null for whichever is in force.</param>
    /// <param name="note">What its author says.</param>
    /// <param name="cancellationToken">Ends the wait; the change may come into force all the same.</param>
    public async Task<RulesetAnswer> ActivateAsync(ReadOnlyMemory<byte> document, int? expected, string? note, CancellationToken cancellationToken)
    {
        var read = FraudRulesetJson.ReadHandedIn(document.Span);
        if (read.Ruleset is not { } ruleset) return new RulesetAnswer(null, read.Errors, false);
        while (true)
        {
            int current = book.Current.Active.Version;
            if (expected is { } wanted && wanted != current) return new RulesetAnswer(null, [], true);
            await ChangeAsync(new RulesetChange(RulesetChange.Activated, NewId(), current, DocumentOf(ruleset), note), cancellationToken);
            // Of two changes made on one version at once, the first counts.
            if (book.Find(current + 1) is { } version && IsSame(version.Ruleset, ruleset)) return new RulesetAnswer(version, [], false);
            if (expected is not null) return new RulesetAnswer(null, [], true);
        }
    }

    /// <summary>Lets a rule set decide beside the active one, in place of any other.</summary>
    public async Task<RulesetAnswer> ShadowAsync(ReadOnlyMemory<byte> document, string? note, CancellationToken cancellationToken)
    {
        var read = FraudRulesetJson.ReadHandedIn(document.Span);
        if (read.Ruleset is not { } ruleset) return new RulesetAnswer(null, read.Errors, false);
        await ChangeAsync(new RulesetChange(RulesetChange.Shadowed, NewId(), 0, DocumentOf(ruleset), note), cancellationToken);
        return new RulesetAnswer(book.Shadow, [], false);
    }

    public Task RemoveShadowAsync(CancellationToken cancellationToken) =>
        ChangeAsync(new RulesetChange(RulesetChange.ShadowRemoved, NewId(), 0, null, null), cancellationToken);

    private async Task ChangeAsync(RulesetChange change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new LogRecord { Key = "fraud", Source = RulesetBook.Topic, Id = change.Id, Time = now, ReceivedAt = now, Value = change.ToJson() };
        var position = (await log.AppendAsync(RulesetBook.Topic, [record], cancellationToken))[0].Position;
        if (!await models.WaitForAsync(RulesetBook.ModelName, position, Wait, cancellationToken))
            throw new LogUnavailableException("The change is in the log, but this process has not read it yet.");
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private static JsonElement DocumentOf(FraudRuleset ruleset) => JsonElement.Parse(FraudRulesetJson.Write(ruleset));

    private static bool IsSame(FraudRuleset left, FraudRuleset right) =>
        FraudRulesetJson.Write(left with { Version = 0 }).AsSpan().SequenceEqual(FraudRulesetJson.Write(right with { Version = 0 }));
}

/// <param name="Version">What is in force; null when nothing changed.</param>
/// <param name="Errors">What is wrong with the document.</param>
/// <param name="Conflict">Another version is in force than was expected.</param>
public sealed record RulesetAnswer(RulesetVersion? Version, ImmutableArray<FieldError> Errors, bool Conflict);
