using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Series;

/// <summary>
/// One minute of a service. While it is open it has its seconds; closed, these went out as a <see cref="ClosedMinute"/>, and what windows of some minutes ask for
/// stays a little longer.
/// </summary>
public sealed record ServiceMinute(long Minute)
{
    public const int SeverityCount = 6;
    public const int StatusCount = 5;

    public bool IsClosed { get; init; }

    /// <summary>Seconds in which something happened, ascending.</summary>
    public ImmutableArray<SecondCell> Cells { get; init; } = [];
    public LatencySketch Latency { get; init; } = LatencySketch.Empty;

    /// <summary>Log records by <see cref="Signals.LogSeverity"/>; empty for none.</summary>
    public ImmutableArray<long> Severities { get; init; } = [];

    /// <summary>HTTP answers 1xx to 5xx; empty for none.</summary>
    public ImmutableArray<long> Status { get; init; } = [];

    /// <summary>By ascending name.</summary>
    public ImmutableArray<NamedSum> Named { get; init; } = [];

    public SecondCell Total
    {
        get
        {
            var total = default(SecondCell);
            foreach (var cell in Cells) total = total.Plus(cell);
            return total;
        }
    }

    public ServiceMinute Add(in SecondCell cell)
    {
        int at = 0;
        while (at < Cells.Length && Cells[at].Second < cell.Second) at++;
        return this with { Cells = at < Cells.Length && Cells[at].Second == cell.Second ? Cells.SetItem(at, Cells[at].Plus(cell)) : Cells.Insert(at, cell) };
    }

    public ServiceMinute Add(in NamedSum sum)
    {
        int at = 0;
        while (at < Named.Length && Named[at].Name < sum.Name) at++;
        return this with { Named = at < Named.Length && Named[at].Name == sum.Name ? Named.SetItem(at, Named[at].Plus(sum)) : Named.Insert(at, sum) };
    }

    public NamedSum? Find(int name)
    {
        foreach (var sum in Named)
            if (sum.Name == name) return sum;
        return null;
    }

    public ServiceMinute Close() => this with { IsClosed = true, Cells = [], Severities = [], Status = [] };

    /// <summary>Both together, member by member; either may be empty.</summary>
    public static ImmutableArray<long> Plus(ImmutableArray<long> left, ReadOnlySpan<long> right, int length)
    {
        if (right.IndexOfAnyExcept(0L) < 0) return left;
        var sum = new long[length];
        for (int i = 0; i < length; i++) sum[i] = (i < left.Length ? left[i] : 0) + (i < right.Length ? Math.Max(0, right[i]) : 0);
        return ImmutableCollectionsMarshal.AsImmutableArray(sum);
    }

}
