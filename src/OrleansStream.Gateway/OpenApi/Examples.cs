using System.Text.Json;
using OrleansStream.Gateway.Processors;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.OpenApi;

/// <summary>The examples of the OpenAPI document; a test posts what can be posted.</summary>
internal static class Examples
{
    public static string Accepted(ProcessorNames names, ProcessorDocumentation shown) =>
        $$"""{"id":"{{IdOf(shown.EventExample)}}","position":"{{names.Topic}}:3:1842","status":"accepted"}""";

    public static string MixedBatch(ProcessorNames names, ProcessorDocumentation shown) =>
        $$"""
        {"accepted":1,"rejected":1,"results":[{"index":0,"id":"{{IdOf(shown.EventExample)}}","status":"accepted","position":"{{names.Topic}}:3:1842"},{"index":1,"status":"rejected","code":"malformed-json","detail":"The record is not valid JSON at byte 17."}]}
        """;

    public static string CloudEvent(ProcessorNames names, ProcessorDocumentation shown) =>
        $$"""{"specversion":"1.0","id":"event-1","source":"https://example.com/{{names.Topic}}","type":"com.example.{{names.Key}}","data":{{shown.EventExample}}}""";

    public static string CloudEventBatch(ProcessorNames names, ProcessorDocumentation shown) => $"[{CloudEvent(names, shown)}]";

    /// <summary>The id that an example event has; another when it has none.</summary>
    public static string IdOf(string json) =>
        JsonElement.Parse(json) is { ValueKind: JsonValueKind.Object } record && record.TryGetProperty("id", out var id) && id.GetString() is { } text ? text : "id-1";

    public const string Topics =
        """
        {"items":[{"name":"transactions","key":"card","partitions":[{"partition":0,"low":0,"high":1843,"committed":1843,"lag":0,"watermarkAgeSeconds":0,"silo":"127.0.0.1:11111@154321","owner":1,"window":0,"hotKeys":[{"key":"card-42","records":120,"error":0}]}]}],"next":null}
        """;

    /// <summary>A problem as it comes with this status.</summary>
    public static string Problem(int status, ProcessorNames names)
    {
        var (code, title, detail) = status switch
        {
            400 => ("malformed-json", "The request cannot be read", "The record is not valid JSON at byte 17."),
            404 => (names.KeyNotFound(), "Not found", $"Nothing is known of this {names.Key}."),
            413 => ("body-too-large", "The request is too large", "The body is larger than 5,242,880 bytes as sent."),
            415 => ("unsupported-content-type", "The content type or encoding is not supported", "Send application/json or application/x-ndjson."),
            422 => ("missing-field", "The record is not valid", $"{names.KeyField} is required."),
            429 => ("overloaded", "Records come faster than they are applied", $"More records of '{names.Topic}' wait to be applied than may. Send more slowly."),
            503 => ("log-unavailable", "The service cannot take records now", "Try again in a moment."),
            504 => ("position-not-reached", "Not within the time", "The position was not reached within 5 s."),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Give this status an example."),
        };
        return $$"""
            {"type":"urn:orleansstream:problem:{{code}}","title":"{{title}}","status":{{status}},"detail":"{{detail}}","code":"{{code}}","errors":[{"index":0,"code":"{{code}}","detail":"{{detail}}"}]}
            """;
    }
}
