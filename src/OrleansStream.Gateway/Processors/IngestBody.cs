using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Processors;

/// <summary>Opens the envelope that a record comes in.</summary>
internal delegate EnvelopeReading EnvelopeReader(ReadOnlyMemory<byte> record);

/// <summary>The records of a request, not yet understood.</summary>
/// <param name="Records">UTF-8, each without white space around it.</param>
/// <param name="Single">The request is one record, and so is the answer.</param>
/// <param name="Open">Each record is a CloudEvent; null when it is the event itself.</param>
internal sealed record IngestBody(IReadOnlyList<ReadOnlyMemory<byte>> Records, bool Single, EnvelopeReader? Open = null)
{
    /// <summary>The key that all records are of; null when each says its own.</summary>
    public string? Key { get; init; }

    /// <exception cref="RequestRejectedException">The request as a whole cannot be read.</exception>
    public static async Task<IngestBody> ReadAsync(HttpRequest request, CloudEventReader events, GatewayOptions options, CancellationToken cancellationToken)
    {
        var kind = BodyFormat.Of(request, CloudEventReader.IsBinary(request));
        var body = JsonRecords.Trim(await RequestBody.ReadAsync(request, options, cancellationToken));
        if (kind == BodyKind.CloudEventData) return new IngestBody([body], true, data => events.ReadBinary(request, data));
        if (body.IsEmpty) throw new RequestRejectedException(400, "empty-body", "The body is empty.");
        bool array = body.Span[0] == '[';
        return kind switch
        {
            BodyKind.Lines => new IngestBody(JsonRecords.SplitLines(body, options.MaxBatchRecords), false),
            BodyKind.CloudEvent => new IngestBody([body], true, events.ReadStructured),
            BodyKind.CloudEventBatch when array => new IngestBody(JsonRecords.SplitArray(body, options.MaxBatchRecords), false, events.ReadStructured),
            BodyKind.CloudEventBatch => throw new RequestRejectedException(400, "malformed-json", "A batch of CloudEvents is a JSON array."),
            _ when array => new IngestBody(JsonRecords.SplitArray(body, options.MaxBatchRecords), false),
            _ => new IngestBody([body], true),
        };
    }
}
