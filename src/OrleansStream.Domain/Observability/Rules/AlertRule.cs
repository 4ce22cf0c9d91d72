using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>
/// When an alert is to be: one rule of the document that <c>PUT /v1/alert-rules</c> takes. A rule watches each service by itself. Members that another type of rule
/// has are not to be set.
/// </summary>
public sealed record AlertRule
{
    /// <summary>1–64 of <c>[a-z0-9-]</c>, unique in the set; the label <c>alertname</c>, unless <see cref="Labels"/> has one.</summary>
    public required string Id { get; init; }

    /// <summary><c>threshold|ratio|burn-rate|anomaly|absence</c>.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// What is watched. Rates per second: <c>requests</c>, <c>requests.errors</c>, <c>logs</c>, <c>logs.errors</c>, <c>counter:NAME</c>. Latencies, ms: <c>latency.p50</c>
    /// (<c>p90</c>, <c>p95</c>, <c>p99</c>). Values: <c>cpu</c> (0 to 1), <c>memory</c> (bytes), <c>gauge:NAME</c>. Shares, 0 to 1: <c>requests.errorRatio</c>, <c>logs.errorRatio</c>. Ratio and
    /// burn-rate take a share; absence any, or none for a service that says nothing at all.
    /// </summary>
    public string? Signal { get; init; }

    /// <summary>Names of services, with <c>*</c> for anything; null for all.</summary>
    public ImmutableArray<string>? Services { get; init; }

    /// <summary>Services left out, the same way.</summary>
    public ImmutableArray<string>? ExceptServices { get; init; }

    /// <summary>Threshold and ratio: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c> or <c>&lt;=</c>; a ratio's is <c>&gt;=</c>.</summary>
    public string? Op { get; init; }

    /// <summary>Threshold and ratio: what it is held against.</summary>
    public double? Threshold { get; init; }

    /// <summary>Threshold and ratio: over how long rates, quantiles and means are taken, 1s to 3d; anomaly: how long one point of the series is, 10s to 1h. Default 1m.</summary>
    public string? Window { get; init; }

    /// <summary>Ratio and burn-rate: fewer events than this in the (short) window say nothing. Default 20.</summary>
    public long? MinTotal { get; init; }

    /// <summary>Ratio: fewer bad events than this say nothing. Default 1.</summary>
    public long? MinBad { get; init; }

    /// <summary>Ratio: the most likely that the service's own usual share would show as much by chance, 1e-15 to 0.1; null asks for no such proof.</summary>
    public double? Significance { get; init; }

    /// <summary>Burn-rate: the share that shall be good, as 0.999.</summary>
    public double? Objective { get; init; }

    /// <summary>Burn-rate: which speeds count; default those of the Google SRE workbook.</summary>
    public ImmutableArray<BurnWindow>? Windows { get; init; }

    /// <summary>Anomaly: <c>up|down|both</c>; default both.</summary>
    public string? Direction { get; init; }

    /// <summary>Absence: silence of this long, 10s to 1d. Default 5m.</summary>
    public string? After { get; init; }

    /// <summary>How long the condition holds before it fires; default not at all.</summary>
    public string? For { get; init; }

    /// <summary>How long it goes on firing after the condition ended; default not at all.</summary>
    public string? KeepFiringFor { get; init; }

    /// <summary>Added to <c>alertname</c>, <c>service</c> and <c>severity</c> (default <c>warning</c>).</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Texts for people; <c>{{ $value }}</c>, <c>{{ $threshold }}</c> and <c>{{ $labels.NAME }}</c> are filled in.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }
}

/// <summary>A speed at which an error budget burns.</summary>
/// <param name="LongWindow">The window that says it is real, as <c>1h</c>.</param>
/// <param name="ShortWindow">The window that says it still is, as <c>5m</c>.</param>
/// <param name="Factor">The budget burns so many times as fast as it may.</param>
public sealed record BurnWindow(
    [property: JsonPropertyName("long")] string LongWindow, [property: JsonPropertyName("short")] string ShortWindow, double Factor);

/// <summary>The rules in force.</summary>
public sealed record AlertRuleSet
{
    public const int MaxRules = 200;

    /// <summary>Counts the changes; 1 is what is built in. Given when it comes into force.</summary>
    public int Version { get; init; } = 1;

    /// <summary>A document must say them: one without would end all alerts by mistake.</summary>
    [JsonRequired]
    public ImmutableArray<AlertRule> Rules { get; init; } = [];

    /// <summary>What is in force while nobody said otherwise.</summary>
    public static AlertRuleSet Default { get; } = new() { Rules = DefaultAlertRules.All };
}
