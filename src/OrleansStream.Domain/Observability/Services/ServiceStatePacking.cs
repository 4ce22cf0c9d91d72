using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Metrics;
using OrleansStream.Domain.Observability.Packing;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>A service's state as bytes: sections by number, of which an earlier release passes over those it does not know. Numbers are never used again.</summary>
public static class ServiceStatePacking
{
    public static byte[] Pack(ServiceState state)
    {
        var writer = new PackWriter();
        writer.Section(1, w => WriteTimes(w, state));
        writer.Section(2, w => WriteMinutes(w, state));
        writer.Section(3, state.Requests.Write);
        writer.Section(4, state.Logs.Write);
        writer.Section(5, w => WriteNames(w, state));
        writer.Section(6, state.Series.Write);
        writer.Section(7, state.Clocks.Write);
        writer.Section(8, w => WriteTotals(w, state.Totals));
        if (!state.Alerts.IsEmpty) writer.Section(9, w => WriteAlerts(w, state.Alerts));
        if (!state.Trackers.IsEmpty) writer.Section(10, w => WriteTrackers(w, state.Trackers));
        return writer.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are none that <see cref="Pack"/> writes.</exception>
    public static ServiceState Unpack(ReadOnlySpan<byte> packed)
    {
        var state = ServiceState.Empty;
        var reader = new PackReader(packed);
        while (!reader.IsAtEnd)
        {
            int number = reader.Section(out var content);
            state = number switch
            {
                1 => ReadTimes(ref content, state),
                2 => state with { Minutes = ReadMinutes(ref content, state.Watermark) },
                3 => state with { Requests = RateLadder.Read(ref content) },
                4 => state with { Logs = RateLadder.Read(ref content) },
                5 => state with { Names = ReadNames(ref content, state.Watermark) },
                6 => state with { Series = SeriesTable.Read(ref content) },
                7 => state with { Clocks = InstanceClocks.Read(ref content) },
                8 => state with { Totals = ReadTotals(ref content) },
                9 => state with { Alerts = ReadAlerts(ref content) },
                10 => state with { Trackers = ReadTrackers(ref content) },
                _ => state,
            };
        }
        return state;
    }

    private static void WriteTimes(PackWriter w, ServiceState state)
    {
        w.Int(state.Watermark);
        w.Int(state.Clock - state.Watermark);
        w.Int(state.RequestsReceived);
        w.Int(state.LogsReceived);
        w.Int(state.CheckAt);
        foreach (long time in state.SourceTimes) w.Int(time);
    }

    private static ServiceState ReadTimes(ref PackReader r, ServiceState state)
    {
        long watermark = r.Int();
        return state with
        {
            Watermark = watermark,
            Clock = watermark + r.Int(),
            RequestsReceived = r.Int(),
            LogsReceived = r.Int(),
            CheckAt = r.Int(),
            SourceTimes = [r.Int(), r.Int(), r.Int()],
        };
    }

    private static void WriteMinutes(PackWriter w, ServiceState state)
    {
        long last = state.Watermark / 60_000;
        w.Count(state.Minutes.Length);
        foreach (var minute in state.Minutes)
        {
            w.Int(minute.Minute - last);
            w.Count(minute.IsClosed ? 1 : 0);
            ClosedMinute.WriteSeconds(w, minute.Cells);
            w.Write(minute.Latency);
            w.Count(minute.Severities.Length);
            foreach (long count in minute.Severities) w.Count(count);
            w.Count(minute.Status.Length);
            foreach (long count in minute.Status) w.Count(count);
            w.Count(minute.Named.Length);
            foreach (var sum in minute.Named)
            {
                w.Count(sum.Name);
                w.Number(sum.Sum);
                w.Count(sum.Count);
                // One value is its own largest: told by a place, not again.
                w.Count(sum.Count == 1 && sum.Max == sum.Sum ? 1 : 0);
                if (sum.Count != 1 || sum.Max != sum.Sum) w.Number(sum.Max);
            }
        }
    }

    private static ImmutableArray<ServiceMinute> ReadMinutes(ref PackReader r, long watermark)
    {
        int count = r.Length();
        var minutes = ImmutableArray.CreateBuilder<ServiceMinute>(count);
        for (int i = 0; i < count; i++)
        {
            long minute = (watermark / 60_000) + r.Int();
            bool isClosed = r.Count() != 0;
            var cells = ClosedMinute.ReadSeconds(ref r);
            var latency = r.ReadSketch();
            var severities = ReadCounts(ref r);
            var status = ReadCounts(ref r);
            var named = ImmutableArray.CreateBuilder<NamedSum>();
            for (int n = r.Length(); n > 0; n--)
            {
                int name = (int)r.Count();
                double sum = r.Number();
                long values = r.Count();
                named.Add(new NamedSum(name, sum, values, r.Count() == 1 ? sum : r.Number()));
            }
            minutes.Add(new ServiceMinute(minute) { IsClosed = isClosed, Cells = cells, Latency = latency, Severities = severities, Status = status, Named = named.ToImmutable() });
        }
        return minutes.MoveToImmutable();
    }

    private static ImmutableArray<long> ReadCounts(ref PackReader r)
    {
        var counts = new long[r.Length()];
        for (int i = 0; i < counts.Length; i++) counts[i] = r.Count();
        return [.. counts];
    }

    private static void WriteNames(PackWriter w, ServiceState state)
    {
        w.Count(state.Names.Length);
        foreach (var name in state.Names)
        {
            w.Text(name.Name);
            w.Count(name.IsCounter ? 1 : 0);
            w.Number(name.Last);
            w.Int(name.Time - state.Watermark);
            w.Int(name.Received - name.Time);
        }
    }

    private static ImmutableArray<MetricName> ReadNames(ref PackReader r, long watermark)
    {
        var names = ImmutableArray.CreateBuilder<MetricName>();
        for (int count = r.Length(); count > 0; count--)
        {
            string name = r.Text();
            bool isCounter = r.Count() != 0;
            double last = r.Number();
            long time = watermark + r.Int();
            names.Add(new MetricName(name, isCounter, last, time, time + r.Int()));
        }
        return names.ToImmutable();
    }

    private static void WriteTotals(PackWriter w, ServiceTotals totals)
    {
        var values = totals.ToArray();
        w.Count(values.Length);
        foreach (long value in values) w.Count(value);
    }

    private static ServiceTotals ReadTotals(ref PackReader r) => ServiceTotals.Of(ReadCounts(ref r));

    private static void WriteAlerts(PackWriter w, ImmutableArray<ActiveAlert> alerts)
    {
        w.Count(alerts.Length);
        foreach (var a in alerts)
        {
            w.Text(a.RuleId);
            w.Count((int)a.Status);
            w.Int(a.Since);
            w.Int(a.FiringSince);
            w.Int(a.LastTrue);
            w.Number(a.ToldValue);
            w.Int(a.ToldAt);
            w.Number(a.Threshold);
            w.Count(a.Labels.Count);
            foreach (var (name, value) in a.Labels)
            {
                w.Text(name);
                w.Text(value);
            }
        }
    }

    private static ImmutableArray<ActiveAlert> ReadAlerts(ref PackReader r)
    {
        var alerts = ImmutableArray.CreateBuilder<ActiveAlert>();
        for (int count = r.Length(); count > 0; count--)
        {
            var alert = new ActiveAlert
            {
                RuleId = r.Text(), Status = (AlertStatus)r.Count(), Since = r.Int(), FiringSince = r.Int(), LastTrue = r.Int(), ToldValue = r.Number(), ToldAt = r.Int(), Threshold = r.Number(),
            };
            var labels = AlertFingerprint.NoLabels.ToBuilder();
            for (int n = r.Length(); n > 0; n--)
            {
                string name = r.Text();
                labels[name] = r.Text();
            }
            alerts.Add(alert with { Labels = labels.ToImmutable() });
        }
        return alerts.ToImmutable();
    }

    private static void WriteTrackers(PackWriter w, ImmutableArray<AnomalyTracker> trackers)
    {
        w.Count(trackers.Length);
        foreach (var t in trackers)
        {
            w.Text(t.RuleId);
            w.Int(t.NextSecond);
            w.Bytes(t.Detector.Span);
            w.Int(t.AnomalousUntil);
            w.Number(t.Value);
            w.Number(t.Expected);
        }
    }

    private static ImmutableArray<AnomalyTracker> ReadTrackers(ref PackReader r)
    {
        var trackers = ImmutableArray.CreateBuilder<AnomalyTracker>();
        for (int count = r.Length(); count > 0; count--)
        {
            string rule = r.Text();
            long next = r.Int();
            var detector = r.Bytes();
            trackers.Add(new AnomalyTracker(rule, next, detector, r.Int(), r.Number(), r.Number()));
        }
        return trackers.ToImmutable();
    }
}

/// <summary>How Orleans stores a service's state: as its packed bytes.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.ServiceState")]
public struct ServiceStateSurrogate
{
    [Id(0)] public byte[] Packed { get; set; }
}

[RegisterConverter]
public sealed class ServiceStateConverter : IConverter<ServiceState, ServiceStateSurrogate>
{
    public ServiceState ConvertFromSurrogate(in ServiceStateSurrogate surrogate) => ServiceStatePacking.Unpack(surrogate.Packed);

    public ServiceStateSurrogate ConvertToSurrogate(in ServiceState value) => new() { Packed = ServiceStatePacking.Pack(value) };
}
