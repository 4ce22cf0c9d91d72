using System.Diagnostics;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>Judges each record by itself, gives it id and time where it has none, and appends the good ones in one go.</summary>
internal sealed class RecordIngest(IEventLog log, TimeProvider time, IOptions<GatewayOptions> options)
{
    private const int LongestId = 256;
    private readonly GatewayOptions _options = options.Value;

    /// <summary>One result per record, in order. Accepted and duplicate mean durable.</summary>
    public async Task<IngestResult> AppendAsync(StreamProcessor processor, IngestBody body, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var headers = TraceHeaders();
        int count = body.Records.Count;
        var results = new RecordResult[count];
        var good = new List<LogRecord>(count);
        var places = new List<(int Index, string Id)>(count);
        for (int i = 0; i < count; i++)
        {
            var (record, id, rejected) = Judge(processor, body, i, now, headers);
            if (record is null)
            {
                results[i] = rejected!;
                continue;
            }
            good.Add(record);
            places.Add((i, id!));
        }
        var appended = good.Count == 0 ? [] : await log.AppendAsync(processor.Names.Topic, good, cancellationToken);
        for (int i = 0; i < appended.Length; i++)
        {
            var (index, id) = places[i];
            string status = appended[i].Duplicate ? RecordResult.Duplicate : RecordResult.Accepted;
            results[index] = new RecordResult(index, id, status, appended[i].Position.ToString());
        }
        return new IngestResult(results, good.Count == 1 ? good[0].Key : null, appended.Length == 1 ? appended[0].Position : default);
    }

    private (LogRecord? Record, string? Id, RecordResult? Rejected) Judge(
        StreamProcessor processor, IngestBody body, int index, DateTimeOffset now, KeyValuePair<string, string>[] headers)
    {
        var json = body.Records[index];
        if (json.Length > _options.MaxRecordBytes)
            return Reject(null, new EventError("record-too-large", $"The record has {json.Length:N0} bytes; at most {_options.MaxRecordBytes:N0} are taken."));
        var names = processor.Names;
        var reading = processor.Judge(json.Span, new ReadingDefaults("", now, null, now + _options.MaxClockLead));
        if (!reading.IsValid) return Reject(reading.Id, [.. reading.Errors]);
        if (!processor.CanBeKey(reading.Key)) return Reject(reading.Id, new EventError(ProcessorRoutes.Invalid(names.KeyField), $"{names.KeyField} cannot be a {names.Key}'s."));
        if (reading.Id.Length > LongestId) return Reject(null, new EventError("field-too-long", $"id must be at most {LongestId} characters."));
        // Version 7: ids of one moment lie together.
        string id = reading.Id.Length > 0 ? reading.Id : Guid.CreateVersion7(now).ToString("N");
        return (new LogRecord { Key = reading.Key, Source = names.PlainSource(), Id = id, Time = reading.Time, ReceivedAt = now, Headers = headers, Value = json }, id, null);

        (LogRecord?, string?, RecordResult?) Reject(string? known, params ReadOnlySpan<EventError> errors) =>
            (null, null, RecordResult.Reject(index, string.IsNullOrEmpty(known) ? null : known, errors));
    }

    private static KeyValuePair<string, string>[] TraceHeaders() =>
        Activity.Current is { Recorded: true, Id: { } id } ? [new("traceparent", id)] : [];
}

/// <summary>What became of a request's records.</summary>
/// <param name="Results">One per record, in order.</param>
/// <param name="Key">The key, when one record was taken.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record IngestResult(RecordResult[] Results, string? Key, Position Position);
