using Google.Protobuf.Collections;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Histograms of both kinds, checked for what the protocol says of them.</summary>
internal static class HistogramCounting
{
    private const int MaxBuckets = 512;

    /// <summary>The scales that exponential histograms have (OpenTelemetry's data model: about -10 to 20).</summary>
    private const int MinScale = -20;
    private const int MaxScale = 20;

    /// <summary>gRPC codes that say the server failed: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS (semantic conventions of RPC).</summary>
    private static readonly long[] RpcServerErrors = [2, 4, 12, 13, 14, 15];

    public static void Count(Metric metric, Histogram histogram, ServiceDraft service, ExportDraft draft)
    {
        foreach (var point in histogram.DataPoints)
        {
            if (!MetricCounting.IsGood(point, point.TimeUnixNano, point.Flags, draft, out long time)) continue;
            if (WhatIsWrong(point, histogram.AggregationTemporality) is { } wrong) draft.Rejections.Add(wrong);
            else Take(metric, point.Attributes, service, draft, time, () => Base(metric, point.Attributes, histogram.AggregationTemporality, time) with
            {
                Start = (long)(point.StartTimeUnixNano / 1_000_000),
                Count = Long(point.Count),
                Sum = Finite(point.Sum),
                Min = point.HasMin ? Finite(point.Min) : null,
                Max = point.HasMax ? Finite(point.Max) : null,
                Bounds = HasBuckets(point) ? [.. point.ExplicitBounds] : [],
                Buckets = HasBuckets(point) ? [.. point.BucketCounts.Select(Long)] : [Long(point.Count)],
            });
        }
    }

    public static void Count(Metric metric, ExponentialHistogram histogram, ServiceDraft service, ExportDraft draft)
    {
        foreach (var point in histogram.DataPoints)
        {
            if (!MetricCounting.IsGood(point, point.TimeUnixNano, point.Flags, draft, out long time)) continue;
            if (WhatIsWrong(point, histogram.AggregationTemporality) is { } wrong) draft.Rejections.Add(wrong);
            else Take(metric, point.Attributes, service, draft, time, () => Base(metric, point.Attributes, histogram.AggregationTemporality, time) with
            {
                Start = (long)(point.StartTimeUnixNano / 1_000_000),
                Count = Long(point.Count),
                Sum = Finite(point.Sum),
                Min = point.HasMin ? Finite(point.Min) : null,
                Max = point.HasMax ? Finite(point.Max) : null,
                Scale = point.Scale,
                Offset = point.Positive?.Offset ?? 0,
                Buckets = [.. (point.Positive?.BucketCounts ?? []).Select(Long)],
                ZeroCount = Long(point.ZeroCount) + (point.Negative?.BucketCounts.Sum(Long) ?? 0),
            });
        }
    }

    /// <summary>HTTP 5xx, a gRPC code of a server's error, or without a status that something went wrong.</summary>
    public static bool IsError(RepeatedField<KeyValue> attributes)
    {
        if (attributes.HttpStatus() is > 0 and var status) return status >= 500;
        if ((attributes.Number("code") ?? attributes.Number("status")) is >= 100 and <= 599 and var code) return code >= 500;
        if (attributes.Number("rpc.grpc.status_code") is { } rpc) return RpcServerErrors.Contains(rpc);
        return attributes.Find("error.type") is not null;
    }

    private static void Take(Metric metric, RepeatedField<KeyValue> attributes, ServiceDraft service, ExportDraft draft, long time, Func<HistogramPoint> make)
    {
        ulong series = MetricCounting.Series(metric, attributes, service, true);
        if (service.Metrics.Admit(series)) MetricCounting.Take(service, draft, time, () => service.Metrics.Add(make() with { Series = series }));
        else draft.Rejections.Add(MetricCounting.TooMany(draft));
    }

    private static HistogramPoint Base(Metric metric, RepeatedField<KeyValue> attributes, AggregationTemporality temporality, long time)
    {
        bool requests = MetricMeaning.TimesRequests(metric.Name);
        return new HistogramPoint
        {
            Name = metric.Name, Time = time, IsDelta = temporality == AggregationTemporality.Delta, IsRequests = requests, IsError = requests && IsError(attributes),
            UnitMs = MetricMeaning.UnitMs(metric.Name, metric.Unit),
        };
    }

    private static string? WhatIsWrong(HistogramDataPoint point, AggregationTemporality temporality)
    {
        if (WhatIsWrong(temporality) is { } wrong) return wrong;
        return point.BucketCounts.Count > MaxBuckets || point.ExplicitBounds.Count > MaxBuckets ? $"A histogram may have {MaxBuckets} buckets." : null;
    }

    /// <summary>One bucket more than bounds, these ascending, and all of the count in them. Otherwise count and sum are still worth something, and the buckets nothing.</summary>
    private static bool HasBuckets(HistogramDataPoint point)
    {
        if (point.BucketCounts.Count != point.ExplicitBounds.Count + 1 || Total(point.BucketCounts) != point.Count) return false;
        for (int i = 0; i < point.ExplicitBounds.Count; i++)
            if (!double.IsFinite(point.ExplicitBounds[i]) || (i > 0 && point.ExplicitBounds[i] <= point.ExplicitBounds[i - 1])) return false;
        return true;
    }

    private static string? WhatIsWrong(ExponentialHistogramDataPoint point, AggregationTemporality temporality)
    {
        if (WhatIsWrong(temporality) is { } wrong) return wrong;
        var (positive, negative) = (point.Positive?.BucketCounts ?? [], point.Negative?.BucketCounts ?? []);
        if (point.Scale is < MinScale or > MaxScale) return $"An exponential histogram's scale is {MinScale} to {MaxScale}.";
        if (positive.Count + negative.Count > MaxBuckets) return $"A histogram may have {MaxBuckets} buckets.";
        return Total(positive) + Total(negative) + point.ZeroCount != point.Count ? "A histogram's buckets do not add up to its count." : null;
    }

    private static string? WhatIsWrong(AggregationTemporality temporality) =>
        temporality is AggregationTemporality.Delta or AggregationTemporality.Cumulative ? null : "A histogram's aggregationTemporality is neither delta nor cumulative.";

    private static UInt128 Total(RepeatedField<ulong> counts)
    {
        UInt128 total = 0;
        for (int i = 0; i < counts.Count; i++) total += counts[i];
        return total;
    }

    private static long Long(ulong count) => (long)Math.Min(count, long.MaxValue / 4);

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
