using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Gateway.Services;

/// <summary>A log line as lists and streams show it.</summary>
/// <param name="Time">When it happened, by the sender's clock.</param>
/// <param name="Severity"><c>trace</c> to <c>fatal</c>.</param>
/// <param name="Body">Its text.</param>
/// <param name="TraceId">Hex; null without a trace.</param>
/// <param name="SpanId">Hex.</param>
/// <param name="Attributes">What the record carried.</param>
internal sealed record LogLineDocument(DateTimeOffset Time, string Severity, string Body, string? TraceId, string? SpanId, IReadOnlyDictionary<string, string>? Attributes)
{
    private const long LastMs = 253_402_300_799_999;

    public static LogLineDocument Of(LogLine line) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(line.Time, 0, LastMs)), SeverityName.Of(line.Severity), line.Body, line.TraceId, line.SpanId, line.Attributes);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LogLineJson.Default.LogLineDocument);
}

/// <summary>One page of log lines.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record LogLinePage(IReadOnlyList<LogLineDocument> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogLineDocument))]
internal sealed partial class LogLineJson : JsonSerializerContext;
