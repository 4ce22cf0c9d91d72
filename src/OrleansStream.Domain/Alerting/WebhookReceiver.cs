using System.Collections.Immutable;

namespace OrleansStream.Domain.Alerting;

/// <summary>Somebody who is told of alerts by HTTP, and how.</summary>
public sealed record WebhookReceiver
{
    public const int MaxReceivers = 100;

    /// <summary>1–64 of <c>[A-Za-z0-9._-]</c>, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute, <c>http</c> or <c>https</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Key of the signature; empty for none. Never shown again.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Which alerts; none for all.</summary>
    public ImmutableArray<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>Labels whose values make a group: one message tells of a whole group.</summary>
    public ImmutableArray<string> GroupBy { get; init; } = DefaultGroupBy;

    /// <summary>From the first alert of a group to its first message. Default 0: whoever is to be told is told at once.</summary>
    public TimeSpan GroupWait { get; init; }

    /// <summary>Least time between two messages of a group. Default 10 s.</summary>
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After which a group that goes on firing is told of again, unless somebody acknowledged all of it. Default 4 h.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Whether it is told when an alert is over. Default true.</summary>
    public bool SendResolved { get; init; } = true;

    /// <summary>What was over before this is of no interest.</summary>
    public DateTimeOffset Since { get; init; }

    public static ImmutableArray<string> DefaultGroupBy { get; } = ["alertname", "service"];

    public bool Wants(Alert alert) => Matchers.All(matcher => matcher.Matches(alert.Labels));
}
