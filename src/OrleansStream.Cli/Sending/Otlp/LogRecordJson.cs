using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansStream.Cli.Sending.Mapping;
using OrleansStream.Otlp.AccessLogs;

namespace OrleansStream.Cli.Sending.Otlp;

/// <summary>A line as a log record in OTLP's JSON: its own time, a severity, and what it says under the names of OpenTelemetry's semantic conventions.</summary>
internal static class LogRecordJson
{
    private const int MaxAttributes = 32;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] TimeNames = ["time", "timestamp", "@timestamp", "ts", "date", "datetime", "Timestamp", "@t"];
    private static readonly string[] BodyNames = ["message", "msg", "body", "log", "event", "Message", "@m", "RenderedMessage"];
    private static readonly string[] LevelNames = ["severityText", "severity", "level", "log.level", "lvl", "Level", "@l"];

    /// <summary>Null for a line that is neither of an access log nor a JSON object.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{"u8))
        {
            return OfJson(line);
        }

        var text = Encoding.UTF8.GetString(line);
        return AccessLogLine.TryParse(text, out var access) ? OfAccess(text, access) : null;
    }

    private static byte[] OfAccess(string text, AccessLogLine line)
    {
        var (number, name) = line.Status switch { >= 500 => (17, "ERROR"), >= 400 => (13, "WARN"), _ => (9, "INFO") };
        return Write(json =>
        {
            WriteTime(json, line.Time);
            json.WriteNumber("severityNumber", number);
            json.WriteString("severityText", name);
            WriteBody(json, text);
            json.WriteStartArray("attributes");
            if (line.Method.Length > 0)
            {
                WriteAttribute(json, "http.request.method", "stringValue", line.Method);
            }

            WriteAttribute(json, "url.path", "stringValue", line.Path.Split('?')[0]);
            WriteAttribute(json, "http.response.status_code", "intValue", line.Status.ToString(CultureInfo.InvariantCulture));
            WriteAttribute(json, "http.response.body.size", "intValue", line.Bytes.ToString(CultureInfo.InvariantCulture));
            WriteAttribute(json, "client.address", "stringValue", line.Client);
            json.WriteEndArray();
        });
    }

    private static byte[]? OfJson(ReadOnlySpan<byte> line)
    {
        JsonElement record;
        try
        {
            record = JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }

        var time = Find(record, TimeNames);
        var body = Find(record, BodyNames);
        var level = Find(record, LevelNames);
        return Write(json =>
        {
            if (time is { } when && DateTimeOffset.TryParse(TimeText.ToRfc3339(when.Value.ToString()), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                WriteTime(json, at);
            }

            if (level is { } severity)
            {
                json.WriteString("severityText", severity.Value.ToString());
            }

            WriteBody(json, body?.Value.ToString() ?? record.GetRawText());
            json.WriteStartArray("attributes");
            foreach (var member in record.EnumerateObject().Where(m => m.Name != time?.Name && m.Name != body?.Name && m.Name != level?.Name).Take(MaxAttributes))
            {
                WriteAttribute(json, member);
            }

            json.WriteEndArray();
        });
    }

    private static JsonProperty? Find(JsonElement record, string[] names)
    {
        foreach (var name in names)
        {
            foreach (var member in record.EnumerateObject())
            {
                if (member.Name == name && member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                {
                    return member;
                }
            }
        }

        return null;
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteTime(Utf8JsonWriter json, DateTimeOffset time) =>
        json.WriteString("timeUnixNano", (100 * (Int128)(time.UtcDateTime - DateTime.UnixEpoch).Ticks).ToString(CultureInfo.InvariantCulture));

    private static void WriteBody(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("body");
        json.WriteString("stringValue", text);
        json.WriteEndObject();
    }

    private static void WriteAttribute(Utf8JsonWriter json, JsonProperty member)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.Number when member.Value.TryGetInt64(out var whole):
                WriteAttribute(json, member.Name, "intValue", whole.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.Null:
                break;
            default:
                WriteAttribute(json, member.Name, "stringValue", member.Value.ToString());
                break;
        }
    }

    private static void WriteAttribute(Utf8JsonWriter json, string key, string kind, string value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteString(kind, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
