using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>A rule as it is evaluated: texts read, defaults filled in. Durations in seconds of the window, milliseconds elsewhere.</summary>
public sealed class CompiledRule
{
    /// <summary>Google, The Site Reliability Workbook (2018), chapter 5, table 5-8 and the fourth pair of its text: budget over 30 days, 2 % in an hour, 5 % in six, 10 % in a day and in three.</summary>
    private static readonly ImmutableArray<BurnWindow> WorkbookWindows = [new("1h", "5m", 14.4), new("6h", "30m", 6), new("1d", "2h", 3), new("3d", "6h", 1)];

    private readonly ImmutableArray<string>? _services;
    private readonly ImmutableArray<string>? _except;

    public CompiledRule(AlertRule rule)
    {
        Rule = rule;
        (_services, _except) = (rule.Services, rule.ExceptServices);
        Signal = AlertSignal.TryParse(rule.Signal, out var signal) ? signal : null;
        WindowSeconds = Ms(rule.Window, 60_000) / 1000;
        ForMs = Ms(rule.For, 0);
        KeepFiringForMs = Ms(rule.KeepFiringFor, 0);
        AfterMs = Ms(rule.After, 300_000);
        Burns = [.. (rule.Windows is { IsDefaultOrEmpty: false } windows ? windows : WorkbookWindows).Select(w => new CompiledBurn(Ms(w.LongWindow, 0) / 1000, Ms(w.ShortWindow, 0) / 1000, w.Factor))];
    }

    public AlertRule Rule { get; }
    public AlertSignal? Signal { get; }
    public long WindowSeconds { get; }
    public long ForMs { get; }
    public long KeepFiringForMs { get; }
    public long AfterMs { get; }
    public ImmutableArray<CompiledBurn> Burns { get; }

    public bool Matches(string service) =>
        (_services is not { IsDefault: false } only || Any(only, service)) && (_except is not { IsDefault: false } except || !Any(except, service));

    /// <summary>The labels of an alert of this rule.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="severity">When the rule does not say it.</param>
    public ImmutableSortedDictionary<string, string> LabelsFor(string service, string severity)
    {
        var labels = AlertFingerprint.NoLabels.Add("alertname", Rule.Id).Add("severity", severity);
        return (Rule.Labels is { } own ? labels.SetItems(own) : labels).SetItem("service", service);
    }

    private static bool Any(ImmutableArray<string> globs, string service)
    {
        foreach (string glob in globs)
            if (IsMatch(glob, service)) return true;
        return false;
    }

    /// <summary>Linear for any number of asterisks: of several ways to match, the leftmost is taken.</summary>
    private static bool IsMatch(ReadOnlySpan<char> glob, ReadOnlySpan<char> text)
    {
        int at = 0, star = -1, from = 0, i = 0;
        while (i < text.Length)
        {
            if (at < glob.Length && glob[at] == '*') (star, from) = (at++, i);
            else if (at < glob.Length && glob[at] == text[i]) (at, i) = (at + 1, i + 1);
            else if (star >= 0) (at, i) = (star + 1, ++from);
            else return false;
        }
        while (at < glob.Length && glob[at] == '*') at++;
        return at == glob.Length;
    }

    private static long Ms(string? duration, long otherwise) => AlertDuration.TryParse(duration, out var span) ? (long)span.TotalMilliseconds : otherwise;
}

/// <summary>A pair of windows, seconds, and how many times as fast as allowed the budget burns.</summary>
public readonly record struct CompiledBurn(long LongSeconds, long ShortSeconds, double Factor);
