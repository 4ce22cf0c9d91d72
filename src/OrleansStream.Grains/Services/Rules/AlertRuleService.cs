using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services.Rules;

/// <summary>Changes the alert rules, from any process: a change is in force in this one when the call returns, and in the others moments later.</summary>
public sealed class AlertRuleService(AlertRuleBook book, IReadModels models, IEventLog log, TimeProvider time)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    /// <summary>Puts a new version in force.</summary>
    /// <param name="document">The rules; their version is given.</param>
    /// <param name="expected">The version it was made on; null for whichever is in force.</param>
    /// <param name="note">What its author says.</param>
    /// <param name="cancellationToken">Ends the wait; the change may come into force all the same.</param>
    public async Task<AlertRulesAnswer> ActivateAsync(ReadOnlyMemory<byte> document, int? expected, string? note, CancellationToken cancellationToken)
    {
        var read = AlertRulesJson.ReadHandedIn(document.Span);
        if (read.Rules is not { } rules) return new AlertRulesAnswer(null, read.Errors, false);
        while (true)
        {
            int current = book.Current.Set.Version;
            if (expected is { } wanted && wanted != current) return new AlertRulesAnswer(null, [], true);
            await ChangeAsync(new AlertRulesChange(AlertRulesChange.Activated, NewId(), current, JsonElement.Parse(AlertRulesJson.Write(rules)), note), cancellationToken);
            // Of two changes made on one version at once, the first counts.
            if (book.Find(current + 1) is { } version && IsSame(version.Rules, rules)) return new AlertRulesAnswer(version, [], false);
            if (expected is not null) return new AlertRulesAnswer(null, [], true);
        }
    }

    private async Task ChangeAsync(AlertRulesChange change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new LogRecord { Key = "alerts", Source = AlertRuleBook.Topic, Id = change.Id, Time = now, ReceivedAt = now, Value = change.ToJson() };
        var position = (await log.AppendAsync(AlertRuleBook.Topic, [record], cancellationToken))[0].Position;
        if (!await models.WaitForAsync(AlertRuleBook.ModelName, position, Wait, cancellationToken))
            throw new LogUnavailableException("The change is in the log, but this process has not read it yet.");
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private static bool IsSame(AlertRuleSet left, AlertRuleSet right) =>
        AlertRulesJson.Write(left with { Version = 0 }).AsSpan().SequenceEqual(AlertRulesJson.Write(right with { Version = 0 }));
}

/// <param name="Version">What is in force; null when nothing changed.</param>
/// <param name="Errors">What is wrong with the document.</param>
/// <param name="Conflict">Another version is in force than was expected.</param>
public sealed record AlertRulesAnswer(AlertRulesVersion? Version, ImmutableArray<FieldError> Errors, bool Conflict);

/// <summary>Services are judged from the moment on at which the rules that were in force before the start are read.</summary>
internal sealed class AlertRuleReadiness(AlertRuleBook book, IReadModels models, IEventLog log) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var partition = new TopicPartition(AlertRuleBook.Topic, 0);
        long last = log.Watermarks(partition).High - 1;
        while (last >= 0 && !await models.WaitForAsync(AlertRuleBook.ModelName, new Position(partition.Topic, 0, last), Wait, stoppingToken)) stoppingToken.ThrowIfCancellationRequested();
        book.SetReady();
    }
}
