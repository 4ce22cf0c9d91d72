namespace OrleansStream.Domain.Observability.Series;

/// <summary>A gauge or counter that a service has.</summary>
/// <param name="Name">As the exporter calls it, or a well-known name.</param>
/// <param name="IsCounter">Its values are increases.</param>
/// <param name="Last">The newest value; of a counter the newest point's increase.</param>
/// <param name="Time">Of the newest, event time, ms.</param>
/// <param name="Received">When one came last, ms.</param>
public readonly record struct MetricName(string Name, bool IsCounter, double Last, long Time, long Received)
{
    /// <summary>A service has so many names at most; what more it sends is counted as dropped.</summary>
    public const int Max = 24;

    public const int MaxLength = 96;
}
