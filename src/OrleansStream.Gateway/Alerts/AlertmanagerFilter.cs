using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary>Which alerts a request of Alertmanager's API wants.</summary>
internal sealed record AlertmanagerFilter(ImmutableArray<LabelMatcher> Wanted, bool Active, bool Silenced, LabelMatcher? Receiver, string? Error)
{
    public static AlertmanagerFilter Read(IQueryCollection query)
    {
        var (matchers, error) = Matchers(query);
        var receiver = query["receiver"].ToString() is { Length: > 0 } text ? new LabelMatcher("receiver", text, IsRegex: true) : null;
        foreach (string flag in (string[])["active", "silenced", "inhibited", "unprocessed"])
            if (query[flag].ToString() is not ("" or "true" or "false")) error ??= $"{flag} is true or false";
        return new AlertmanagerFilter(matchers, query["active"] != "false", query["silenced"] != "false", receiver, error ?? receiver?.Error());
    }

    public static (ImmutableArray<LabelMatcher> Matchers, string? Error) Matchers(IQueryCollection query)
    {
        var all = ImmutableArray<LabelMatcher>.Empty;
        foreach (string? text in query["filter"])
        {
            var (matchers, error) = MatcherParser.Parse(text ?? "");
            if (error is not null) return ([], error);
            all = all.AddRange(matchers);
        }
        return all.Length > MatcherParser.MaxMatchers ? ([], $"At most {MatcherParser.MaxMatchers} matchers.") : (all, null);
    }

    /// <summary>Those that fire, as they are shown.</summary>
    public (IReadOnlyList<AlertmanagerAlert> Alerts, string? Error) Of(AlertBook book, DateTimeOffset now, Func<AlertBook, Alert, IEnumerable<string>> receiversOf)
    {
        if (Error is not null) return ([], Error);
        var shown = book.Alerts(now)
            .Where(e => !e.Alert.IsPending && !e.Alert.IsResolvedAt(now) && Wanted.All(m => m.Matches(e.Alert.Labels)) && (e.SilencedBy.Count > 0 ? Silenced : Active))
            .Select(e => AlertmanagerAlert.Of(e, receiversOf(book, e.Alert), now))
            .Where(a => Receiver is null || a.Receivers.Any(r => Receiver.Matches(AlertFingerprint.NoLabels.Add("receiver", r.Name))));
        return ([.. shown], null);
    }
}
