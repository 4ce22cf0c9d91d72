using System.Collections.Immutable;
using System.Globalization;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>Everything that is wrong with a set of rules, each with its path.</summary>
internal sealed class AlertRuleCheck
{
    private const int MaxLabels = 16;
    private const int MaxTextLength = 1024;
    private readonly ImmutableArray<FieldError>.Builder _errors = ImmutableArray.CreateBuilder<FieldError>();
    private string _path = "";

    public static ImmutableArray<FieldError> Of(AlertRuleSet set)
    {
        var check = new AlertRuleCheck();
        if (set.Rules.Length > AlertRuleSet.MaxRules) check.Add("rules", $"There are at most {AlertRuleSet.MaxRules} rules.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(set.Rules.Length, AlertRuleSet.MaxRules); i++)
        {
            check._path = string.Create(CultureInfo.InvariantCulture, $"rules[{i}]");
            if (set.Rules[i] is not { } rule) check.Add("", "A rule must not be null.");
            else check.Look(rule, ids);
        }
        return check._errors.ToImmutable();
    }

    private void Look(AlertRule rule, HashSet<string> ids)
    {
        if (!IsId(rule.Id)) Add("id", "id is 1 to 64 characters of a-z, 0-9 and hyphen.");
        else if (!ids.Add(rule.Id)) Add("id", $"There is another rule {rule.Id}.");
        switch (rule.Type)
        {
            case "threshold": Threshold(rule); break;
            case "ratio": Ratio(rule); break;
            case "burn-rate": BurnRate(rule); break;
            case "anomaly": Anomaly(rule); break;
            case "absence": Absence(rule); break;
            default: Add("type", "type is threshold, ratio, burn-rate, anomaly or absence."); break;
        }
        Duration(rule.For, "for", 0, 86_400);
        Duration(rule.KeepFiringFor, "keepFiringFor", 0, 86_400);
        Services(rule.Services, "services");
        Services(rule.ExceptServices, "exceptServices");
        Texts(rule.Labels, "labels", IsLabelName);
        Texts(rule.Annotations, "annotations", IsLabelName);
        if (rule.Labels?.ContainsKey("service") == true) Add("labels.service", "The label service is the service's name.");
    }

    private void Threshold(AlertRule rule)
    {
        Signal(rule, signal => true, "");
        Number(rule.Threshold, "threshold", double.MinValue, double.MaxValue, true);
        if (rule.Op is not (">" or ">=" or "<" or "<=")) Add("op", "op is >, >=, < or <=.");
        Window(rule, 1, 3 * 86_400);
        Unused(rule, "threshold", rule.MinBad, rule.Significance, rule.Objective, rule.Windows, rule.Direction, rule.After);
        Number(rule.MinTotal, "minTotal", 0, 1e12, false);
    }

    private void Ratio(AlertRule rule)
    {
        Signal(rule, signal => signal.IsRatio, "requests.errorRatio or logs.errorRatio");
        Number(rule.Threshold, "threshold", 1e-9, 1, true);
        if (rule.Op is not (null or ">" or ">=")) Add("op", "The op of a ratio is > or >=.");
        Duration(rule.Window, "window", 1, 3 * 86_400);
        Number(rule.MinTotal, "minTotal", 1, 1e12, false);
        Number(rule.MinBad, "minBad", 1, 1e12, false);
        Number(rule.Significance, "significance", 1e-15, 0.1, false);
        Unused(rule, "ratio", null, null, rule.Objective, rule.Windows, rule.Direction, rule.After);
    }

    private void BurnRate(AlertRule rule)
    {
        Signal(rule, signal => signal.IsRatio, "requests.errorRatio or logs.errorRatio");
        Number(rule.Objective, "objective", 0.5, 0.999999, true);
        Number(rule.MinTotal, "minTotal", 1, 1e12, false);
        if (rule.Windows is { IsDefault: false } windows)
        {
            if (windows.Length is 0 or > 8) Add("windows", "There are 1 to 8 windows.");
            for (int i = 0; i < Math.Min(windows.Length, 8); i++) Window(windows[i], string.Create(CultureInfo.InvariantCulture, $"windows[{i}]"));
        }
        Unused(rule, "burn-rate", rule.MinBad, rule.Significance, null, null, rule.Direction, rule.After);
        if (rule.Threshold is not null) Add("threshold", "A burn-rate rule has factors in windows, and no threshold.");
        if (rule.Window is not null) Add("window", "A burn-rate rule has windows.");
        if (rule.Op is not null) Add("op", "A burn-rate rule has no op.");
    }

    /// <summary>No window promises more than the service knows.</summary>
    private void Window(AlertRule rule, long from, long to)
    {
        long known = AlertSignal.TryParse(rule.Signal, out var signal) ? signal.MaxWindowSeconds : to;
        if (known < to && AlertDuration.TryParse(rule.Window, out var window) && window > TimeSpan.FromSeconds(known))
            Add("window", $"A window over {rule.Signal} is at most {AlertDuration.Format(TimeSpan.FromSeconds(known))}: of latencies, gauges and counters only the newest minutes are kept. Use `for` to ask for longer.");
        else Duration(rule.Window, "window", from, to);
    }

    private void Window(BurnWindow? window, string field)
    {
        if (window is null)
        {
            Add(field, "A window must not be null.");
            return;
        }
        if (window.LongWindow is null) Add($"{field}.long", "long is required.");
        else Duration(window.LongWindow, $"{field}.long", 60, 3 * 86_400);
        if (window.ShortWindow is null) Add($"{field}.short", "short is required.");
        else Duration(window.ShortWindow, $"{field}.short", 10, 86_400);
        if (AlertDuration.TryParse(window.LongWindow, out var @long) && AlertDuration.TryParse(window.ShortWindow, out var @short) && @short >= @long)
            Add($"{field}.short", "short is shorter than long.");
        Number(window.Factor, $"{field}.factor", 0.01, 1e6, true);
    }

    private void Anomaly(AlertRule rule)
    {
        Signal(rule, signal => true, "");
        Window(rule, 10, 3600);
        if (rule.Direction is not (null or "up" or "down" or "both")) Add("direction", "direction is up, down or both.");
        if (rule.Threshold is not null) Add("threshold", "An anomaly rule has no threshold: it learns what is usual.");
        if (rule.Op is not null) Add("op", "An anomaly rule has no op.");
        if (rule.MinTotal is not null) Number(rule.MinTotal, "minTotal", 0, 1e12, false);
        Unused(rule, "anomaly", rule.MinBad, rule.Significance, rule.Objective, rule.Windows, null, rule.After);
    }

    private void Absence(AlertRule rule)
    {
        if (rule.Signal is not null) Signal(rule, signal => !signal.IsRatio, "no share");
        Duration(rule.After, "after", 10, 86_400);
        if (rule.Threshold is not null) Add("threshold", "An absence rule has no threshold.");
        if (rule.Op is not null) Add("op", "An absence rule has no op.");
        if (rule.Window is not null) Add("window", "An absence rule has after, and no window.");
        if (rule.MinTotal is not null) Add("minTotal", "An absence rule has no minTotal.");
        Unused(rule, "absence", rule.MinBad, rule.Significance, rule.Objective, rule.Windows, rule.Direction, null);
    }

    private void Unused(AlertRule rule, string type, long? minBad, double? significance, double? objective, ImmutableArray<BurnWindow>? windows, string? direction, string? after)
    {
        foreach (var (name, isSet) in new[]
        {
            ("minBad", minBad is not null), ("significance", significance is not null), ("objective", objective is not null), ("windows", windows is not null),
            ("direction", direction is not null), ("after", after is not null),
        })
        {
            if (isSet) Add(name, $"{name} is nothing that a rule of type {type} has.");
        }
    }

    private void Signal(AlertRule rule, Func<AlertSignal, bool> fits, string which)
    {
        if (!AlertSignal.TryParse(rule.Signal, out var signal)) Add("signal", $"signal is one of {AlertSignal.Known}.");
        else if (!fits(signal)) Add("signal", $"The signal of a rule of type {rule.Type} is {which}.");
    }

    private void Duration(string? text, string field, long fromSeconds, long toSeconds)
    {
        if (text is null) return;
        if (!AlertDuration.TryParse(text, out var duration) || duration < TimeSpan.FromSeconds(fromSeconds) || duration > TimeSpan.FromSeconds(toSeconds))
            Add(field, $"{field} is a duration as 30s or 1h30m, {AlertDuration.Format(TimeSpan.FromSeconds(fromSeconds))} to {AlertDuration.Format(TimeSpan.FromSeconds(toSeconds))}.");
    }

    private void Number(double? value, string field, double from, double to, bool isRequired)
    {
        if (value is null && isRequired) Add(field, $"{field} is required.");
        else if (value is { } number && !(number >= from && number <= to)) Add(field, string.Create(CultureInfo.InvariantCulture, $"{field} is a number from {from:G6} to {to:G6}."));
    }

    private void Services(ImmutableArray<string>? names, string field)
    {
        if (names is not { IsDefault: false } globs) return;
        if (globs.Length > 100) Add(field, "There are at most 100 names.");
        if (globs.Any(g => string.IsNullOrEmpty(g) || g.Length > 256)) Add(field, "A name has 1 to 256 characters.");
    }

    private void Texts(ImmutableSortedDictionary<string, string>? texts, string field, Func<string, bool> isName)
    {
        if (texts is null) return;
        if (texts.Count > MaxLabels) Add(field, $"There are at most {MaxLabels} {field}.");
        foreach (var (name, value) in texts.Take(MaxLabels))
        {
            if (!isName(name)) Add($"{field}.{name}", "A name begins with a letter or underscore and goes on with these and digits, at most 128.");
            if (value is null || value.Length > MaxTextLength) Add($"{field}.{name}", $"A text has at most {MaxTextLength:N0} characters.");
        }
    }

    private static bool IsId(string? id) => id is { Length: >= 1 and <= 64 } && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsLabelName(string name) =>
        name.Length is >= 1 and <= 128 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private void Add(string field, string detail) => _errors.Add(new FieldError("invalid-rule", field.Length == 0 ? _path : _path.Length == 0 ? field : $"{_path}.{field}", detail));
}
