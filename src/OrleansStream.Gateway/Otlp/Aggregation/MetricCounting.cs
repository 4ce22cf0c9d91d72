using Google.Protobuf;
using Google.Protobuf.Collections;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Points of metrics, under the names of the services' state. Monotonic sums and histograms go on as they came: what they add needs the point before.</summary>
internal static class MetricCounting
{
    private const int LongestName = 255;
    private const uint NoRecordedValue = 1;

    public static void Count(ExportMetricsServiceRequest request, ExportDraft draft)
    {
        foreach (var resource in request.ResourceMetrics)
        {
            var service = draft.Service(resource.Resource, request.ResourceMetrics.Count, out string reason);
            foreach (var scope in resource.ScopeMetrics)
                foreach (var metric in scope.Metrics)
                {
                    if (service is not null && metric.Name.Length is > 0 and <= LongestName) Count(metric, service, draft);
                    else draft.Rejections.Add(service is null ? reason : $"A metric's name has 1 to {LongestName} characters.", Math.Max(1, Points(metric)));
                }
        }
    }

    private static void Count(Metric metric, ServiceDraft service, ExportDraft draft)
    {
        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Gauge:
                foreach (var point in metric.Gauge.DataPoints) Number(metric, point, service, draft, null, default);
                break;
            case Metric.DataOneofCase.Sum:
                foreach (var point in metric.Sum.DataPoints) Number(metric, point, service, draft, metric.Sum.IsMonotonic, metric.Sum.AggregationTemporality);
                break;
            case Metric.DataOneofCase.Histogram:
                HistogramCounting.Count(metric, metric.Histogram, service, draft);
                break;
            case Metric.DataOneofCase.ExponentialHistogram:
                HistogramCounting.Count(metric, metric.ExponentialHistogram, service, draft);
                break;
            case Metric.DataOneofCase.Summary:
                foreach (var point in metric.Summary.DataPoints) Summary(metric, point, service, draft);
                break;
        }
    }

    private static void Number(Metric metric, NumberDataPoint point, ServiceDraft service, ExportDraft draft, bool? monotonic, AggregationTemporality temporality)
    {
        if (!IsGood(point, point.TimeUnixNano, point.Flags, draft, out long time)) return;
        double value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble;
        if (point.ValueCase == NumberDataPoint.ValueOneofCase.None || !double.IsFinite(value)) draft.Rejections.Add("A data point's value is missing, or no finite number.");
        else if (monotonic is not null && temporality is not (AggregationTemporality.Delta or AggregationTemporality.Cumulative)) draft.Rejections.Add("A sum's aggregationTemporality is neither delta nor cumulative.");
        else if (monotonic == true && value < 0) draft.Rejections.Add("A point of a monotonic sum is negative.");
        else if (monotonic != true && MetricMeaning.Of(metric.Name) is { } meaning) Take(service, draft, time, () => service.Metrics.Use(metric.Name, meaning).Add(point.Attributes, time, value, metric.Unit));
        else if (monotonic != true && MetricMeaning.CountsCpus(metric.Name) && value >= 1) Take(service, draft, time, () => service.Metrics.CpuTimes.Cpus = value);
        else if (Series(metric, point.Attributes, service, monotonic == true) is var series && !service.Metrics.Admit(series)) draft.Rejections.Add(TooMany(draft));
        else if (monotonic == true) Take(service, draft, time, () => Counter(metric.Name, point, service, series, time, value, temporality == AggregationTemporality.Delta));
        else Take(service, draft, time, () => service.Metrics.AddGauge(metric.Name, series, time, value));
    }

    private static void Counter(string name, NumberDataPoint point, ServiceDraft service, ulong series, long time, double value, bool delta)
    {
        bool requests = MetricMeaning.CountsRequests(name);
        var counter = new CounterPoint
        {
            Name = requests ? WellKnownMetrics.Requests : name, Series = series, Start = (long)(point.StartTimeUnixNano / 1_000_000), Time = time, Value = value, IsDelta = delta,
        };
        service.Metrics.Add(counter);
        if (MetricMeaning.CpuTimeRank(name) >= 0) service.Metrics.CpuTimes.Add(counter, point.Attributes, service.InstanceHash);
        if (requests && HistogramCounting.IsError(point.Attributes)) service.Metrics.Add(counter with { Name = WellKnownMetrics.Errors, Series = series ^ 1 });
    }

    /// <summary>Count and sum are counters, quantiles gauges: of ready-made quantiles nothing else can be had.</summary>
    private static void Summary(Metric metric, SummaryDataPoint point, ServiceDraft service, ExportDraft draft)
    {
        if (!IsGood(point, point.TimeUnixNano, point.Flags, draft, out long time)) return;
        ulong series = Series(metric, point.Attributes, service, true);
        if (!service.Metrics.Admit(series))
        {
            draft.Rejections.Add(TooMany(draft));
            return;
        }
        Take(service, draft, time, () => service.Metrics.Add(new CounterPoint
        {
            Name = $"{metric.Name}.count", Series = series, Start = (long)(point.StartTimeUnixNano / 1_000_000), Time = time, Value = point.Count,
        }));
        ulong shown = Series(metric, point.Attributes, service, false);
        foreach (var quantile in point.QuantileValues.Take(16))
            if (double.IsFinite(quantile.Value) && quantile.Quantile is >= 0 and <= 1)
                service.Metrics.AddGauge($"{metric.Name}.p{(100 * quantile.Quantile).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}",
                    shown ^ (ulong)BitConverter.DoubleToInt64Bits(quantile.Quantile), time, quantile.Value);
    }

    /// <summary>Of a counter or histogram also by instance: each has its own start. The one of a gauge is the same in all instances.</summary>
    public static ulong Series(Metric metric, RepeatedField<KeyValue> attributes, ServiceDraft service, bool byInstance)
    {
        unchecked
        {
            return (AttributeReading.Hash(metric.Name) * 31) + (attributes.Hash() * 17) + (byInstance ? service.InstanceHash : 0);
        }
    }

    public static string TooMany(ExportDraft draft) => $"A service may have {draft.Options.MaxSeries:N0} series of metrics in one export.";

    /// <summary>False for a point that is rejected, or says itself that it has no value.</summary>
    public static bool IsGood(IMessage point, ulong nanos, uint flags, ExportDraft draft, out long time)
    {
        time = 0;
        if (!draft.IsOfSize(point) || !draft.TryTime(nanos, "timeUnixNano", out time)) return false;
        if ((flags & NoRecordedValue) == 0) return true;
        draft.Taken++;
        return false;
    }

    public static void Take(ServiceDraft service, ExportDraft draft, long time, Action add)
    {
        draft.Taken++;
        service.Seen(time);
        add();
    }

    private static int Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Count,
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Count,
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Count,
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Count,
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints.Count,
        _ => 0,
    };
}
