using System.Text.Json;

namespace OrleansStream.Domain.Observability.Signals;

/// <summary>Reads signals from JSON, member by member. What is no object where one is expected, or of another type, throws as the reader does.</summary>
internal static class SignalsReader
{
    private delegate T Element<out T>(ref Utf8JsonReader json);

    public static ServiceSignals? Read(ReadOnlySpan<byte> utf8Json, SignalParts parts)
    {
        var json = new Utf8JsonReader(utf8Json);
        json.Read();
        var signals = json.TokenType == JsonTokenType.Null ? null : Signals(ref json, parts);
        // Throws when something follows.
        json.Read();
        return signals;
    }

    private static ServiceSignals Signals(ref Utf8JsonReader json, SignalParts parts)
    {
        string? service = null, instance = null;
        long time = 0, received = 0, droppedLines = 0, droppedSeries = 0;
        RequestSecond[]? requests = null;
        LogSecond[]? logs = null;
        LogLine[]? lines = null;
        MaskedBody[]? masked = null;
        GaugePoint[]? gauges = null;
        CounterPoint[]? counters = null;
        HistogramPoint[]? histograms = null;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "service"u8)) service = json.GetString();
            else if (Is(ref json, "time"u8)) time = json.GetInt64();
            else if (Is(ref json, "received"u8)) received = json.GetInt64();
            else if (Is(ref json, "instance"u8)) instance = json.GetString();
            else if (Is(ref json, "requests"u8, parts, SignalParts.Requests)) requests = Many(ref json, Request);
            else if (Is(ref json, "logs"u8, parts, SignalParts.Logs)) logs = Many(ref json, Log);
            else if (Is(ref json, "lines"u8, parts, SignalParts.Lines)) lines = Many(ref json, Line);
            else if (Is(ref json, "droppedLines"u8)) droppedLines = json.GetInt64();
            else if (Is(ref json, "masked"u8, parts, SignalParts.Masked)) masked = Many(ref json, Masked);
            else if (Is(ref json, "gauges"u8, parts, SignalParts.Gauges)) gauges = Many(ref json, Gauge);
            else if (Is(ref json, "counters"u8, parts, SignalParts.Counters)) counters = Many(ref json, Counter);
            else if (Is(ref json, "histograms"u8, parts, SignalParts.Histograms)) histograms = Many(ref json, Histogram);
            else if (Is(ref json, "droppedSeries"u8)) droppedSeries = json.GetInt64();
            else Pass(ref json);
        }
        return new ServiceSignals
        {
            Service = service ?? throw new JsonException("service is missing."), Time = time, Received = received, Instance = instance, Requests = requests, Logs = logs, Lines = lines,
            DroppedLines = droppedLines, Masked = masked, Gauges = gauges, Counters = counters, Histograms = histograms, DroppedSeries = droppedSeries,
        };
    }

    private static RequestSecond Request(ref Utf8JsonReader json)
    {
        long at = 0, count = 0, errors = 0;
        int source = 0;
        int[]? latency = null;
        double latencySum = 0, latencyMax = 0;
        long[]? status = null;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "at"u8)) at = json.GetInt64();
            else if (Is(ref json, "source"u8)) source = json.GetInt32();
            else if (Is(ref json, "count"u8)) count = json.GetInt64();
            else if (Is(ref json, "errors"u8)) errors = json.GetInt64();
            else if (Is(ref json, "latency"u8)) latency = Values(ref json, static (ref r) => r.GetInt32());
            else if (Is(ref json, "latencySumMs"u8)) latencySum = Real(ref json);
            else if (Is(ref json, "latencyMaxMs"u8)) latencyMax = Real(ref json);
            else if (Is(ref json, "status"u8)) status = Numbers(ref json);
            else Pass(ref json);
        }
        return new RequestSecond { At = at, Source = (RequestSource)source, Count = count, Errors = errors, Latency = latency, LatencySumMs = latencySum, LatencyMaxMs = latencyMax, Status = status };
    }

    private static LogSecond Log(ref Utf8JsonReader json)
    {
        long at = 0;
        long[]? counts = null;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "at"u8)) at = json.GetInt64();
            else if (Is(ref json, "counts"u8)) counts = Numbers(ref json);
            else Pass(ref json);
        }
        return new LogSecond { At = at, Counts = counts ?? [] };
    }

    private static LogLine Line(ref Utf8JsonReader json)
    {
        long time = 0;
        int severity = 0;
        string? body = null, traceId = null, spanId = null;
        Dictionary<string, string>? attributes = null;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "time"u8)) time = json.GetInt64();
            else if (Is(ref json, "severity"u8)) severity = json.GetInt32();
            else if (Is(ref json, "body"u8)) body = json.GetString();
            else if (Is(ref json, "traceId"u8)) traceId = json.GetString();
            else if (Is(ref json, "spanId"u8)) spanId = json.GetString();
            else if (Is(ref json, "attributes"u8)) attributes = Attributes(ref json);
            else Pass(ref json);
        }
        return new LogLine { Time = time, Severity = (LogSeverity)severity, Body = body ?? "", TraceId = traceId, SpanId = spanId, Attributes = attributes };
    }

    private static Dictionary<string, string>? Attributes(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        var attributes = new Dictionary<string, string>();
        Begin(ref json);
        while (Member(ref json))
        {
            string name = json.GetString()!;
            json.Read();
            attributes[name] = json.GetString() ?? "";
        }
        return attributes;
    }

    private static MaskedBody Masked(ref Utf8JsonReader json)
    {
        string? text = null;
        long count = 0;
        var severity = LogSeverity.Info;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "text"u8)) text = json.GetString();
            else if (Is(ref json, "count"u8)) count = json.GetInt64();
            else if (Is(ref json, "severity"u8)) severity = (LogSeverity)json.GetInt32();
            else Pass(ref json);
        }
        return new MaskedBody(text ?? "", count) { Severity = severity };
    }

    private static GaugePoint Gauge(ref Utf8JsonReader json)
    {
        string? name = null;
        ulong series = 0;
        long time = 0, count = 1;
        double last = 0, sum = 0, min = 0, max = 0;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "name"u8)) name = json.GetString();
            else if (Is(ref json, "series"u8)) series = json.GetUInt64();
            else if (Is(ref json, "time"u8)) time = json.GetInt64();
            else if (Is(ref json, "last"u8)) last = Real(ref json);
            else if (Is(ref json, "sum"u8)) sum = Real(ref json);
            else if (Is(ref json, "count"u8)) count = json.GetInt64();
            else if (Is(ref json, "min"u8)) min = Real(ref json);
            else if (Is(ref json, "max"u8)) max = Real(ref json);
            else Pass(ref json);
        }
        return new GaugePoint { Name = Named(name), Series = series, Time = time, Last = last, Sum = sum, Count = count, Min = min, Max = max };
    }

    private static CounterPoint Counter(ref Utf8JsonReader json)
    {
        string? name = null;
        ulong series = 0;
        long start = 0, time = 0;
        double value = 0;
        bool isDelta = false;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "name"u8)) name = json.GetString();
            else if (Is(ref json, "series"u8)) series = json.GetUInt64();
            else if (Is(ref json, "start"u8)) start = json.GetInt64();
            else if (Is(ref json, "time"u8)) time = json.GetInt64();
            else if (Is(ref json, "value"u8)) value = Real(ref json);
            else if (Is(ref json, "isDelta"u8)) isDelta = json.GetBoolean();
            else Pass(ref json);
        }
        return new CounterPoint { Name = Named(name), Series = series, Start = start, Time = time, Value = value, IsDelta = isDelta };
    }

    private static HistogramPoint Histogram(ref Utf8JsonReader json)
    {
        string? name = null;
        ulong series = 0;
        long start = 0, time = 0, count = 0, zeroCount = 0;
        int scale = 0, offset = 0;
        bool isDelta = false, isRequests = false, isError = false;
        double unitMs = 1, sum = 0;
        double? min = null, max = null;
        double[]? bounds = null;
        long[]? buckets = null;
        Begin(ref json);
        while (Member(ref json))
        {
            if (Is(ref json, "name"u8)) name = json.GetString();
            else if (Is(ref json, "series"u8)) series = json.GetUInt64();
            else if (Is(ref json, "start"u8)) start = json.GetInt64();
            else if (Is(ref json, "time"u8)) time = json.GetInt64();
            else if (Is(ref json, "isDelta"u8)) isDelta = json.GetBoolean();
            else if (Is(ref json, "isRequests"u8)) isRequests = json.GetBoolean();
            else if (Is(ref json, "isError"u8)) isError = json.GetBoolean();
            else if (Is(ref json, "unitMs"u8)) unitMs = Real(ref json);
            else if (Is(ref json, "count"u8)) count = json.GetInt64();
            else if (Is(ref json, "sum"u8)) sum = Real(ref json);
            else if (Is(ref json, "min"u8)) min = Optional(ref json);
            else if (Is(ref json, "max"u8)) max = Optional(ref json);
            else if (Is(ref json, "bounds"u8)) bounds = Values(ref json, Real);
            else if (Is(ref json, "buckets"u8)) buckets = Numbers(ref json);
            else if (Is(ref json, "scale"u8)) scale = json.GetInt32();
            else if (Is(ref json, "offset"u8)) offset = json.GetInt32();
            else if (Is(ref json, "zeroCount"u8)) zeroCount = json.GetInt64();
            else Pass(ref json);
        }
        return new HistogramPoint
        {
            Name = Named(name), Series = series, Start = start, Time = time, IsDelta = isDelta, IsRequests = isRequests, IsError = isError, UnitMs = unitMs, Count = count, Sum = sum, Min = min,
            Max = max, Bounds = bounds, Buckets = buckets ?? [], Scale = scale, Offset = offset, ZeroCount = zeroCount,
        };
    }

    private static string Named(string? name) => name ?? throw new JsonException("name is missing.");

    private static void Begin(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException($"An object was expected, and there is {json.TokenType}.");
    }

    /// <summary>Goes to the next member's name; false at the object's end.</summary>
    private static bool Member(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>When the member has the name, goes to its value.</summary>
    private static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    private static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name, SignalParts wanted, SignalParts part) => (wanted & part) != 0 && Is(ref json, name);

    private static void Pass(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    private static double? Optional(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : Real(ref json);

    /// <summary>What is no number has a name.</summary>
    private static double Real(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) return json.GetDouble();
        return json.ValueTextEquals("NaN"u8) ? double.NaN
            : json.ValueTextEquals("Infinity"u8) ? double.PositiveInfinity
            : json.ValueTextEquals("-Infinity"u8) ? double.NegativeInfinity
            : throw new JsonException("A number was expected, and there is a text.");
    }

    private static long[]? Numbers(ref Utf8JsonReader json) => Values(ref json, static (ref r) => r.GetInt64());

    /// <summary>Elements that are null are left out.</summary>
    private static T[]? Many<T>(ref Utf8JsonReader json, Element<T> element) where T : class => Array(ref json, element, size: 1, nulls: true);

    private static T[]? Values<T>(ref Utf8JsonReader json, Element<T> element) where T : struct => Array(ref json, element, size: 8, nulls: false);

    private static T[]? Array<T>(ref Utf8JsonReader json, Element<T> element, int size, bool nulls)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException($"An array was expected, and there is {json.TokenType}.");
        var values = new T[size];
        int count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (nulls && json.TokenType == JsonTokenType.Null) continue;
            if (count == values.Length) System.Array.Resize(ref values, 4 * count);
            values[count++] = element(ref json);
        }
        if (count < values.Length) System.Array.Resize(ref values, count);
        return values;
    }
}
