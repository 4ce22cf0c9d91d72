using System.Text.Json;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Grains.Rules;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services.Rules;

/// <summary>Changes the alert rules, from any process: a change is in force in this one when the call returns, and in the others moments later.</summary>
public sealed class AlertRuleService(AlertRuleBook book, IReadModels models, IEventLog log, TimeProvider time)
{
    /// <summary>Puts a new version in force.</summary>
    /// <param name="document">The rules; their version is given.</param>
    /// <param name="expected">The version it was made on; null for whichever is in force.</param>
    /// <param name="note">What its author says.</param>
    /// <param name="cancellationToken">Ends the wait; the change may come into force all the same.</param>
    public async Task<RulesAnswer<AlertRulesVersion>> ActivateAsync(ReadOnlyMemory<byte> document, int? expected, string? note, CancellationToken cancellationToken)
    {
        var read = AlertRulesJson.ReadHandedIn(document.Span);
        if (read.Rules is not { } rules) return new(null, read.Errors, false);
        var version = await book.ActivateAsync(
            expected, current => ChangeAsync(new AlertRulesChange(AlertRulesChange.Activated, NewId(), current, JsonElement.Parse(AlertRulesJson.Write(rules)), note), cancellationToken), v => IsSame(v.Rules, rules));
        return new(version, [], Conflict: version is null);
    }

    private async Task ChangeAsync(AlertRulesChange change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new LogRecord { Key = "alerts", Source = AlertRuleBook.Topic, Id = change.Id, Time = now, ReceivedAt = now, Value = change.ToJson() };
        await models.AppendAndReadAsync(log, AlertRuleBook.ModelName, AlertRuleBook.Topic, [record], cancellationToken);
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private static bool IsSame(AlertRuleSet left, AlertRuleSet right) =>
        AlertRulesJson.Write(left with { Version = 0 }).AsSpan().SequenceEqual(AlertRulesJson.Write(right with { Version = 0 }));
}
