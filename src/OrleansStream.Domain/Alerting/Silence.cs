using System.Collections.Immutable;

namespace OrleansStream.Domain.Alerting;

/// <summary>For a time, nobody is told of alerts whose labels match all of its matchers.</summary>
public sealed record Silence
{
    public const int MaxText = 2_000;

    public required string Id { get; init; }
    public required ImmutableArray<LabelMatcher> Matchers { get; init; }
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Not included.</summary>
    public required DateTimeOffset EndsAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public string Comment { get; init; } = "";

    /// <summary><c>pending</c>, <c>active</c> or <c>expired</c>.</summary>
    public string StateAt(DateTimeOffset now) => now < StartsAt ? "pending" : now < EndsAt ? "active" : "expired";

    public bool Mutes(Alert alert, DateTimeOffset now) => now >= StartsAt && now < EndsAt && Matchers.All(matcher => matcher.Matches(alert.Labels));

    /// <summary>What is wrong with it; null for nothing. As Alertmanager judges.</summary>
    public string? Error(DateTimeOffset now)
    {
        if (Matchers.IsDefaultOrEmpty) return "at least one matcher required";
        if (Matchers.Length > MatcherParser.MaxMatchers) return $"at most {MatcherParser.MaxMatchers} matchers";
        if (Matchers.Select(m => m.Error()).FirstOrDefault(e => e is not null) is { } wrong) return $"invalid label matcher: {wrong}";
        // One that matches what has no label at all would mute everything.
        if (Matchers.All(m => m.Matches(ImmutableSortedDictionary<string, string>.Empty))) return "at least one matcher must not match the empty string";
        if (EndsAt < StartsAt) return "end time must not be before start time";
        if (EndsAt <= now) return "end time can't be in the past";
        return CreatedBy.Length > MaxText || Comment.Length > MaxText ? $"createdBy and comment have {MaxText} characters at most" : null;
    }
}
