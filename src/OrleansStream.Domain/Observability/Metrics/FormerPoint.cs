using System.Collections.Immutable;

namespace OrleansStream.Domain.Observability.Metrics;

/// <summary>The newest point of a series of sums or of a histogram: what the next one adds is the difference.</summary>
/// <param name="Series">Hash of instance, name and attributes.</param>
/// <param name="Start">Of what it counts, ms; 0 when unknown.</param>
/// <param name="Time">Of the point, ms.</param>
/// <param name="Value">Of a sum; of a histogram the sum of its values.</param>
/// <param name="Count">Of a histogram.</param>
/// <param name="Buckets">Of a histogram whose buckets are needed; empty for others.</param>
public sealed record FormerPoint(ulong Series, long Start, long Time, double Value, long Count, ImmutableArray<long> Buckets)
{
    /// <summary>Of an exponential histogram, where and how fine its buckets were.</summary>
    public int Scale { get; init; }
    public int Offset { get; init; }
}

/// <summary>What a point adds to what was known.</summary>
public enum PointNews
{
    /// <summary>It adds <see cref="PointGrowth.Value"/> since <see cref="PointGrowth.Since"/>.</summary>
    Adds,

    /// <summary>The first of its series: from here on differences are known.</summary>
    First,

    /// <summary>The newest one again.</summary>
    Duplicate,

    /// <summary>Older than one that has come: what it would add is in that one.</summary>
    OutOfOrder,

    /// <summary>No number, or negative.</summary>
    Invalid,
}

/// <param name="News">What it is.</param>
/// <param name="Value">How much the sum grew.</param>
/// <param name="Count">By how many values a histogram grew.</param>
/// <param name="Since">The growth happened after this time, ms.</param>
/// <param name="IsReset">The counter began anew.</param>
public readonly record struct PointGrowth(PointNews News, double Value, long Count, long Since, bool IsReset);
