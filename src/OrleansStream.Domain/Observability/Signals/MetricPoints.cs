using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Signals;

/// <summary>Metrics that mean the same whatever an exporter calls them; any other keeps its own name.</summary>
public static class WellKnownMetrics
{
    /// <summary>CPU used by the process, 0 to 1 of what it may use.</summary>
    public const string Cpu = "cpu";

    /// <summary>A counter of processor time, seconds, divided by the processors where their number is known: what it grows by in a second is <see cref="Cpu"/>.</summary>
    public const string CpuTime = "cpu.time";

    /// <summary>Memory of the process, bytes.</summary>
    public const string Memory = "memory";

    /// <summary>A counter of requests.</summary>
    public const string Requests = "requests";

    /// <summary>A counter of failed requests.</summary>
    public const string Errors = "errors";
}

/// <summary>What a gauge (or a sum that may fall) said: the last value, and what lies between the first and the last of an export.</summary>
public sealed record GaugePoint
{
    public required string Name { get; init; }

    /// <summary>Hash of name and attributes, without those of the instance.</summary>
    public ulong Series { get; init; }
    public long Time { get; init; }
    public double Last { get; init; }
    public double Sum { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public long Count { get; init; } = 1;
    public double Min { get; init; }
    public double Max { get; init; }
}

/// <summary>A point of a monotonic sum.</summary>
public sealed record CounterPoint
{
    public required string Name { get; init; }

    /// <summary>Hash of instance, name and attributes.</summary>
    public ulong Series { get; init; }

    /// <summary>Start of what it counts; of a cumulative one it changes when the process starts anew. 0 when unknown.</summary>
    public long Start { get; init; }
    public long Time { get; init; }
    public double Value { get; init; }

    /// <summary>Counts since the point before; else since <see cref="Start"/>.</summary>
    public bool IsDelta { get; init; }
}

/// <summary>A point of a histogram: explicit when it has <see cref="Bounds"/>, exponential else.</summary>
public sealed record HistogramPoint
{
    public required string Name { get; init; }

    /// <summary>Hash of instance, name and attributes.</summary>
    public ulong Series { get; init; }
    public long Start { get; init; }
    public long Time { get; init; }
    public bool IsDelta { get; init; }

    /// <summary>Whether it is a server's request durations, so that its counts are requests.</summary>
    public bool IsRequests { get; init; }

    /// <summary>Whether the attributes say that these requests failed.</summary>
    public bool IsError { get; init; }

    /// <summary>Milliseconds per unit of the values: 1000 for seconds; 1 for values that are no time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public double UnitMs { get; init; } = 1;
    public long Count { get; init; }
    public double Sum { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }

    /// <summary>Upper bounds, ascending; there is one bucket more than bounds.</summary>
    public double[]? Bounds { get; init; }

    /// <summary>Counts of the explicit buckets, or of the positive exponential ones from <see cref="Offset"/> on.</summary>
    public long[] Buckets { get; init; } = [];

    /// <summary>Exponential: bucket i holds (base^i, base^(i+1)] with base = 2^(2^-scale).</summary>
    public int Scale { get; init; }
    public int Offset { get; init; }

    /// <summary>Exponential: values of 0. Negative ones count here, too: a duration has none.</summary>
    public long ZeroCount { get; init; }
}
