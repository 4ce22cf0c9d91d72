using System.Text.Json;
using Google.Protobuf;

namespace OrleansStream.Otlp.Json;

/// <summary>
/// Reads OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) into the protocol's messages. Unlike protobuf's own JSON, trace and span ids are hexadecimal and
/// enumerations are numbers; their names and <c>snake_case</c> members are taken as well, unknown members are ignored.
/// </summary>
public static class OtlpJson
{
    /// <summary>How deep objects and arrays may lie: the protocol's own frame takes ten, the rest is for nested attribute values.</summary>
    public const int MaxDepth = 64;

    /// <param name="json">UTF-8, one object.</param>
    /// <returns>The message. A log record, span or data point that is JSON and no valid one is left out and counted, so that it spoils only itself.</returns>
    /// <exception cref="OtlpFormatException">It is no JSON, deeper than <see cref="MaxDepth"/>, or its frame is not that of the message.</exception>
    public static OtlpJsonReading<T> Read<T>(ReadOnlySpan<byte> json) where T : IMessage, new()
    {
        var message = new T();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var read = new OtlpMessageReader();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new OtlpFormatException("The body is no JSON object.");
            read.Object(ref reader, message);
            if (reader.Read()) throw new OtlpFormatException("Something follows the JSON object.");
        }
        catch (JsonException e)
        {
            throw new OtlpFormatException($"The body is no valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
        }
        return new OtlpJsonReading<T>(message, read.Skipped, read.Reason);
    }

    /// <summary>The message in OTLP's JSON, members in <c>camelCase</c>, defaults left out. For answers: they hold no ids.</summary>
    public static string Write(IMessage message) => JsonFormatter.Default.Format(message);
}

/// <summary>What a JSON body holds.</summary>
/// <param name="Message">The message, without the records that cannot be read.</param>
/// <param name="Skipped">How many these are.</param>
/// <param name="Reason">What is wrong with the first of them.</param>
public sealed record OtlpJsonReading<T>(T Message, int Skipped, string? Reason);

/// <summary>An export that cannot be read at all.</summary>
public sealed class OtlpFormatException(string message) : Exception(message);
