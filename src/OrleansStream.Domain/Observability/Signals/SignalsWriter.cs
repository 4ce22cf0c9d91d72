using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansStream.Domain.Observability.Signals;

/// <summary>Writes signals as compact JSON. Members with the value that a reader takes for an absent one are left out.</summary>
internal static class SignalsWriter
{
    /// <summary>Escapes what JSON demands and no more: wildcards and quotes are in every line, and each reader would have to undo it.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _scratch;

    public static byte[] Write(ServiceSignals signals)
    {
        var (buffer, writer) = _scratch ??= Create();
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        Write(writer, signals);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Create()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        return (buffer, new Utf8JsonWriter(buffer, Options));
    }

    private static void Write(Utf8JsonWriter json, ServiceSignals signals)
    {
        json.WriteStartObject();
        json.WriteString("service"u8, signals.Service);
        Number(json, "time"u8, signals.Time);
        Number(json, "received"u8, signals.Received);
        Text(json, "instance"u8, signals.Instance);
        Many(json, "requests"u8, signals.Requests, Write);
        Many(json, "logs"u8, signals.Logs, Write);
        Many(json, "lines"u8, signals.Lines, Write);
        Number(json, "droppedLines"u8, signals.DroppedLines);
        Many(json, "masked"u8, signals.Masked, Write);
        Many(json, "gauges"u8, signals.Gauges, Write);
        Many(json, "counters"u8, signals.Counters, Write);
        Many(json, "histograms"u8, signals.Histograms, Write);
        Number(json, "droppedSeries"u8, signals.DroppedSeries);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RequestSecond second)
    {
        Number(json, "at"u8, second.At);
        Number(json, "source"u8, (int)second.Source);
        Number(json, "count"u8, second.Count);
        Number(json, "errors"u8, second.Errors);
        if (second.Latency is { } latency)
        {
            json.WriteStartArray("latency"u8);
            foreach (int value in latency) json.WriteNumberValue(value);
            json.WriteEndArray();
        }
        Real(json, "latencySumMs"u8, second.LatencySumMs);
        Real(json, "latencyMaxMs"u8, second.LatencyMaxMs);
        Numbers(json, "status"u8, second.Status);
    }

    private static void Write(Utf8JsonWriter json, LogSecond second)
    {
        Number(json, "at"u8, second.At);
        Numbers(json, "counts"u8, second.Counts);
    }

    private static void Write(Utf8JsonWriter json, LogLine line)
    {
        Number(json, "time"u8, line.Time);
        Number(json, "severity"u8, (int)line.Severity);
        json.WriteString("body"u8, line.Body);
        Text(json, "traceId"u8, line.TraceId);
        Text(json, "spanId"u8, line.SpanId);
        if (line.Attributes is not { } attributes) return;
        json.WriteStartObject("attributes"u8);
        foreach (var (name, value) in attributes) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MaskedBody masked)
    {
        json.WriteString("text"u8, masked.Text);
        Number(json, "count"u8, masked.Count);
        // Absent means info, which is not 0.
        json.WriteNumber("severity"u8, (int)masked.Severity);
    }

    private static void Write(Utf8JsonWriter json, GaugePoint gauge)
    {
        json.WriteString("name"u8, gauge.Name);
        Series(json, gauge.Series);
        Number(json, "time"u8, gauge.Time);
        Real(json, "last"u8, gauge.Last);
        Real(json, "sum"u8, gauge.Sum);
        json.WriteNumber("count"u8, gauge.Count);
        Real(json, "min"u8, gauge.Min);
        Real(json, "max"u8, gauge.Max);
    }

    private static void Write(Utf8JsonWriter json, CounterPoint counter)
    {
        json.WriteString("name"u8, counter.Name);
        Series(json, counter.Series);
        Number(json, "start"u8, counter.Start);
        Number(json, "time"u8, counter.Time);
        Real(json, "value"u8, counter.Value);
        Flag(json, "isDelta"u8, counter.IsDelta);
    }

    private static void Write(Utf8JsonWriter json, HistogramPoint point)
    {
        json.WriteString("name"u8, point.Name);
        Series(json, point.Series);
        Number(json, "start"u8, point.Start);
        Number(json, "time"u8, point.Time);
        Flag(json, "isDelta"u8, point.IsDelta);
        Flag(json, "isRequests"u8, point.IsRequests);
        Flag(json, "isError"u8, point.IsError);
        json.WriteNumber("unitMs"u8, point.UnitMs);
        Number(json, "count"u8, point.Count);
        Real(json, "sum"u8, point.Sum);
        if (point.Min is { } min) Value(json, "min"u8, min);
        if (point.Max is { } max) Value(json, "max"u8, max);
        if (point.Bounds is { } bounds)
        {
            json.WriteStartArray("bounds"u8);
            foreach (double bound in bounds) Value(json, bound);
            json.WriteEndArray();
        }
        Numbers(json, "buckets"u8, point.Buckets);
        Number(json, "scale"u8, point.Scale);
        Number(json, "offset"u8, point.Offset);
        Number(json, "zeroCount"u8, point.ZeroCount);
    }

    private static void Many<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, T[]? elements, Action<Utf8JsonWriter, T> write)
    {
        if (elements is null) return;
        json.WriteStartArray(name);
        foreach (var element in elements)
        {
            json.WriteStartObject();
            write(json, element);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, long[]? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (long value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }

    private static void Series(Utf8JsonWriter json, ulong series)
    {
        if (series != 0) json.WriteNumber("series"u8, series);
    }

    private static void Real(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (value != 0) Value(json, name, value);
    }

    private static void Value(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    /// <summary>What is no number has a name.</summary>
    private static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) json.WriteBoolean(name, true);
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
