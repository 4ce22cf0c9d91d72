namespace OrleansStream.Domain.Observability.Services;

/// <summary>All a service ever said, late or not, and what of it found no place.</summary>
public sealed record ServiceTotals
{
    public long Exports { get; init; }
    public long Requests { get; init; }
    public long RequestErrors { get; init; }
    public long Logs { get; init; }
    public long LogErrors { get; init; }

    /// <summary>Requests and log records of minutes that were closed: counted here and nowhere else.</summary>
    public long Late { get; init; }

    /// <summary>Exports whose times were moved because of their host's clock.</summary>
    public long Skewed { get; init; }

    /// <summary>Points that came twice.</summary>
    public long Duplicates { get; init; }

    /// <summary>Cumulative points that were older than one that had come.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Counters that began anew.</summary>
    public long Resets { get; init; }

    /// <summary>Points that are no number.</summary>
    public long Invalid { get; init; }

    /// <summary>Points of series and names beyond what a service may have.</summary>
    public long DroppedSeries { get; init; }

    /// <summary>Log lines that were counted and not kept.</summary>
    public long DroppedLines { get; init; }

    internal long[] ToArray() =>
        [Exports, Requests, RequestErrors, Logs, LogErrors, Late, Skewed, Duplicates, OutOfOrder, Resets, Invalid, DroppedSeries, DroppedLines];

    internal static ServiceTotals Of(IReadOnlyList<long> values)
    {
        long At(int i) => i < values.Count ? values[i] : 0;
        return new ServiceTotals
        {
            Exports = At(0), Requests = At(1), RequestErrors = At(2), Logs = At(3), LogErrors = At(4), Late = At(5), Skewed = At(6), Duplicates = At(7), OutOfOrder = At(8),
            Resets = At(9), Invalid = At(10), DroppedSeries = At(11), DroppedLines = At(12),
        };
    }
}
