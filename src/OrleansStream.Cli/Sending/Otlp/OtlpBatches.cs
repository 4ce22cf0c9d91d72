using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Cli.Sending.Delivery;

namespace OrleansStream.Cli.Sending.Otlp;

/// <summary>
/// Records of one service as an OTLP export in JSON. The server counts an export once by its content, so a block that is sent again must be the same to the byte: nothing of
/// the moment goes into it.
/// </summary>
/// <param name="start">The JSON before the records.</param>
/// <param name="end">The JSON behind them.</param>
internal sealed class OtlpBatches(byte[] start, byte[] end) : IBatchFormat
{
    public static OtlpBatches Logs(string service) => new(Start(service, "resourceLogs", "scopeLogs", "logRecords"), "]}]}]}"u8.ToArray());

    public static OtlpBatches Metrics(string service) => new(Start(service, "resourceMetrics", "scopeMetrics", "metrics"), "]}]}]}"u8.ToArray());

    public HttpContent Create(ReadOnlyMemory<LoadRecord> batch)
    {
        using var body = new MemoryStream();
        body.Write(start);
        for (var i = 0; i < batch.Length; i++)
        {
            if (i > 0)
            {
                body.WriteByte((byte)',');
            }

            body.Write(batch.Span[i].Json.Span);
        }

        body.Write(end);
        return BatchContent.Create(body.ToArray(), "application/json");
    }

    public IngestAnswer Read(HttpResponseMessage response, byte[] body, ReadOnlyMemory<LoadRecord> batch, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - now) : null;
        var answer = Parse(body);
        var message = (string?)answer?["message"] ?? response.ReasonPhrase ?? "";
        return response.StatusCode switch
        {
            HttpStatusCode.OK => answer is null ? new IngestAnswer.Refused("the answer is no OTLP answer: is this an OrleansStream server of this version?") : Settled(answer, batch.Span),
            HttpStatusCode.TooManyRequests => new IngestAnswer.Busy(wait > TimeSpan.Zero ? wait : null),
            HttpStatusCode.RequestEntityTooLarge => new IngestAnswer.TooLarge(),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new IngestAnswer.Unavailable($"{(int)response.StatusCode} {message}", MayBeStored: true, wait > TimeSpan.Zero ? wait : null),
            _ => new IngestAnswer.Refused($"{(int)response.StatusCode} {message}"),
        };
    }

    /// <summary>OTLP says how many were rejected and not which: they are put down to the last lines, with the lines they are among.</summary>
    private static IngestAnswer.Settled Settled(JsonObject answer, ReadOnlySpan<LoadRecord> batch)
    {
        var partial = answer["partialSuccess"] as JsonObject;
        var count = partial?.FirstOrDefault(member => member.Key.StartsWith("rejected", StringComparison.Ordinal)).Value;
        var rejected = count is null ? 0 : (int)Math.Min(batch.Length, long.Parse(count.ToString(), System.Globalization.CultureInfo.InvariantCulture));
        var answers = new RecordAnswer[batch.Length];
        var reason = rejected == 0 ? null : new Rejection("partial-success", $"{(string?)partial!["errorMessage"]} (among lines {batch[0].Line} to {batch[^1].Line})");
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = i < answers.Length - rejected ? new RecordAnswer(RecordStatus.Accepted) : new RecordAnswer(RecordStatus.Rejected, Rejection: reason);
        }

        return new IngestAnswer.Settled(answers);
    }

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Start(string service, string resources, string scopes, string records) => System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"{{{resources}}}":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":{{{JsonSerializer.Serialize(service, NameJson.Default.String)}}}}}]},"{{{scopes}}}":[{"{{{records}}}":[""");
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class NameJson : System.Text.Json.Serialization.JsonSerializerContext;
