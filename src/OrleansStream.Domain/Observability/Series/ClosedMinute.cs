using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Packing;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Series;

/// <summary>A minute to which nothing more comes, with its seconds: a record of the topic <c>service-minutes</c>, and what the service's history holds.</summary>
public sealed record ClosedMinute
{
    public required string Service { get; init; }

    /// <summary>Its start, Unix seconds.</summary>
    public long At { get; init; }
    public long Requests { get; init; }
    public long Errors { get; init; }
    public long Logs { get; init; }
    public long LogErrors { get; init; }

    /// <summary>By severity, trace to fatal; null for none.</summary>
    public long[]? Severities { get; init; }

    /// <summary>HTTP answers 1xx to 5xx; null for none.</summary>
    public long[]? Status { get; init; }

    /// <summary>Mean and largest latency, milliseconds; null without requests that tell it.</summary>
    public double? LatencyMeanMs { get; init; }
    public double? LatencyMaxMs { get; init; }

    /// <summary>All latencies, packed (<see cref="Sketch"/>).</summary>
    public byte[]? Latency { get; init; }

    /// <summary>Means of gauges (counters: growth) by name.</summary>
    public Dictionary<string, double>? Gauges { get; init; }
    public Dictionary<string, double>? Counters { get; init; }

    /// <summary>The seconds, packed (<see cref="PackSeconds"/>).</summary>
    public byte[]? Seconds { get; init; }

    public static ClosedMinute Of(string service, ServiceMinute minute, ImmutableArray<MetricName> names)
    {
        var total = minute.Total;
        var gauges = Values(minute, names, false);
        var counters = Values(minute, names, true);
        return new ClosedMinute
        {
            Service = service,
            At = minute.Minute * 60,
            Requests = total.Requests,
            Errors = total.Errors,
            Logs = total.Logs,
            LogErrors = total.LogErrors,
            Severities = minute.Severities.IsEmpty ? null : [.. minute.Severities],
            Status = minute.Status.IsEmpty ? null : [.. minute.Status],
            LatencyMeanMs = total is { LatencyUs: > 0, Requests: > 0 } ? Math.Round(total.LatencyUs / 1000.0 / total.Requests, 3) : null,
            LatencyMaxMs = total.LatencyMaxUs > 0 ? total.LatencyMaxUs / 1000.0 : null,
            Latency = minute.Latency.IsEmpty ? null : LatencySketchPacking.Pack(minute.Latency),
            Gauges = gauges.Count == 0 ? null : gauges,
            Counters = counters.Count == 0 ? null : counters,
            Seconds = minute.Cells.IsEmpty ? null : PackSeconds(minute.Cells),
        };
    }

    /// <summary>All latencies; empty without requests that tell them.</summary>
    [JsonIgnore]
    public LatencySketch Sketch => Latency is null ? LatencySketch.Empty : LatencySketchPacking.Unpack(Latency);

    /// <summary>The seconds in which something happened; their latencies are as exact as a sketch.</summary>
    [JsonIgnore]
    public ImmutableArray<SecondCell> Cells => Seconds is null ? [] : UnpackSeconds(Seconds);

    /// <summary>
    /// Four to five bytes a second, for every service writes sixty of them a minute: which of its numbers are not 0, these, how far the bucket of the mean latency is from the
    /// one before, and that of the longest from the mean's.
    /// </summary>
    public static byte[] PackSeconds(ImmutableArray<SecondCell> cells)
    {
        var writer = new PackWriter();
        writer.Count(cells.Length);
        int bucket = 0;
        WriteCells(writer, cells, cell =>
        {
            int mean = LatencySketch.BucketOf(cell.LatencyUs / 1000.0 / Math.Max(1, cell.Requests));
            writer.Int(mean - bucket);
            writer.Int(cell.LatencyMaxUs == 0 ? -1 : Math.Max(0, LatencySketch.BucketOf(cell.LatencyMaxUs / 1000.0) - mean));
            bucket = mean;
        });
        return writer.ToArray();
    }

    public static ImmutableArray<SecondCell> UnpackSeconds(ReadOnlySpan<byte> packed)
    {
        var reader = new PackReader(packed);
        var cells = ImmutableArray.CreateBuilder<SecondCell>();
        for (int count = reader.Length(), bucket = 0, second = -1; count > 0; count--)
        {
            var cell = ReadCell(ref reader, ref second, out bool hasLatency);
            if (hasLatency)
            {
                bucket += (int)reader.Int();
                int above = (int)reader.Int();
                cell = cell with { LatencyUs = ToUs(bucket, Math.Max(1, cell.Requests)), LatencyMaxUs = above < 0 ? 0 : ToUs(bucket + above, 1) };
            }
            cells.Add(cell);
        }
        return cells.ToImmutable();
    }

    /// <summary>The seconds of an open minute, exact: more may come for them.</summary>
    internal static void WriteSeconds(PackWriter writer, ImmutableArray<SecondCell> cells)
    {
        writer.Count(cells.Length);
        WriteCells(writer, cells, cell =>
        {
            writer.Count(cell.LatencyUs);
            writer.Count(cell.LatencyMaxUs);
        });
    }

    internal static ImmutableArray<SecondCell> ReadSeconds(ref PackReader reader)
    {
        int count = reader.Length(), second = -1;
        var cells = ImmutableArray.CreateBuilder<SecondCell>(count);
        for (int i = 0; i < count; i++)
        {
            var cell = ReadCell(ref reader, ref second, out bool hasLatency);
            cells.Add(hasLatency ? cell with { LatencyUs = reader.Count(), LatencyMaxUs = reader.Count() } : cell);
        }
        return cells.MoveToImmutable();
    }

    private static long ToUs(int bucket, long times) => (long)Math.Round(LatencySketch.ValueOf(bucket) * 1000 * times);

    private static void WriteCells(PackWriter writer, ImmutableArray<SecondCell> cells, Action<SecondCell> writeLatency)
    {
        int last = -1;
        foreach (var c in cells)
        {
            int flags = (c.Requests != 0 ? 1 : 0) | (c.Errors != 0 ? 2 : 0) | (c.Logs != 0 ? 4 : 0) | (c.LogErrors != 0 ? 8 : 0) | (c.LatencyUs != 0 || c.LatencyMaxUs != 0 ? 16 : 0)
                | (c.Second == last + 1 ? 0 : 32);
            writer.Count(flags);
            if ((flags & 32) != 0) writer.Count(c.Second);
            if ((flags & 1) != 0) writer.Count(c.Requests);
            if ((flags & 2) != 0) writer.Count(c.Errors);
            if ((flags & 4) != 0) writer.Count(c.Logs);
            if ((flags & 8) != 0) writer.Count(c.LogErrors);
            if ((flags & 16) != 0) writeLatency(c);
            last = c.Second;
        }
    }

    private static SecondCell ReadCell(ref PackReader reader, ref int second, out bool hasLatency)
    {
        int flags = (int)reader.Count();
        second = (flags & 32) != 0 ? (int)reader.Count() : second + 1;
        hasLatency = (flags & 16) != 0;
        return new SecondCell(
            second, (flags & 1) != 0 ? reader.Count() : 0, (flags & 2) != 0 ? reader.Count() : 0, (flags & 4) != 0 ? reader.Count() : 0, (flags & 8) != 0 ? reader.Count() : 0, 0, 0);
    }

    private static Dictionary<string, double> Values(ServiceMinute minute, ImmutableArray<MetricName> names, bool counters)
    {
        var values = new Dictionary<string, double>();
        foreach (var sum in minute.Named)
        {
            if (sum.Name >= names.Length || names[sum.Name].IsCounter != counters || sum.Count == 0) continue;
            values[names[sum.Name].Name] = counters ? sum.Sum : sum.Sum / sum.Count;
        }
        return values;
    }
}
