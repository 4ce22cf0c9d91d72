using System.Diagnostics.Metrics;
using Grpc.Core;
using OrleansStream.Streams;

namespace OrleansStream.Gateway.Otlp;

/// <summary>The OTLP edge's instruments.</summary>
internal static class OtlpMetrics
{
    private static readonly Meter Meter = new(StreamMetrics.MeterName);

    /// <summary>Exports that came in; tags <c>signal</c> and <c>transport</c> (<c>http</c>, <c>grpc</c>).</summary>
    public static readonly Counter<long> Exports = Meter.CreateCounter<long>("orleansstream.otlp.exports", "{export}");

    /// <summary>Exports that were refused as a whole; tags <c>signal</c> and <c>code</c> (of google.rpc.Code).</summary>
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("orleansstream.otlp.exports.refused", "{export}");

    /// <summary>Log records, data points and spans that were taken; tag <c>signal</c>.</summary>
    public static readonly Counter<long> Records = Meter.CreateCounter<long>("orleansstream.otlp.records", "{record}");

    /// <summary>Those that were rejected; tag <c>signal</c>.</summary>
    public static readonly Counter<long> Rejected = Meter.CreateCounter<long>("orleansstream.otlp.records.rejected", "{record}");

    /// <summary>Data points of series beyond what a service may have in one export.</summary>
    public static readonly Counter<long> DroppedSeries = Meter.CreateCounter<long>("orleansstream.otlp.series.dropped", "{series}");

    /// <summary>Log lines that were counted and not kept as such.</summary>
    public static readonly Counter<long> DroppedLines = Meter.CreateCounter<long>("orleansstream.otlp.lines.dropped", "{line}");

    /// <summary>Counters that seldom count are there from the start: a rate that has no beginning shows nothing of its first rise.</summary>
    public static void Begin()
    {
        foreach (var signal in OtlpSignal.All)
        {
            Records.Add(0, Signal(signal.Name));
            Rejected.Add(0, Signal(signal.Name));
            foreach (var code in new[] { StatusCode.InvalidArgument, StatusCode.ResourceExhausted, StatusCode.Unavailable }) Refused.Add(0, Signal(signal.Name), new("code", code.ToString()));
        }
        DroppedSeries.Add(0);
        DroppedLines.Add(0);
    }

    public static KeyValuePair<string, object?> Signal(string name) => new("signal", name);
}
