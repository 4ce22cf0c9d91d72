using Microsoft.Extensions.Options;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams;
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
        var request = new IngestMoment(time.GetUtcNow(), processor.Names.PlainSource(), StreamTracing.Headers());
        int count = body.Records.Count;
        var results = new RecordResult[count];
        var good = new List<LogRecord>(count);
        var places = new List<(int Index, string Id)>(count);
        for (int i = 0; i < count; i++)
        {
            var judged = Judge(processor, body.Records[i], body, request, i);
            if (judged.Record is null)
            {
                results[i] = RecordResult.Reject(i, string.IsNullOrEmpty(judged.Id) ? null : judged.Id, judged.Errors);
                continue;
            }
            good.Add(judged.Record);
            places.Add((i, judged.Id!));
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

    private JudgedRecord Judge(StreamProcessor processor, ReadOnlyMemory<byte> json, IngestBody body, in IngestMoment request, int index)
    {
        if (json.Length > _options.MaxRecordBytes)
            return JudgedRecord.Refuse(null, new EventError("record-too-large", $"The record has {json.Length:N0} bytes; at most {_options.MaxRecordBytes:N0} are taken."));
        EventEnvelope? envelope = null;
        if (body.Open is { } open)
        {
            var opened = open(json);
            if (opened.Envelope is null) return JudgedRecord.Refuse(opened.Id, opened.Error);
            envelope = opened.Envelope;
            json = envelope.Data;
        }
        var names = processor.Names;
        // Records without a time happened in the order in which they are handed in, also for rules that go by times.
        var reading = processor.Judge(json.Span, new ReadingDefaults(
            envelope?.Id ?? "", envelope?.Time ?? request.Now.AddTicks(index), body.Key ?? envelope?.Key, request.Now + _options.MaxClockLead, ReceivedAt: request.Now));
        string known = reading.Id.Length > 0 ? reading.Id : envelope?.Id ?? "";
        if (!reading.IsValid) return JudgedRecord.Refuse(known, [.. reading.Errors]);
        if (!processor.CanBeKey(reading.Key))
            return JudgedRecord.Refuse(known, new EventError(ProcessorRoutes.Invalid(names.KeyField), $"{names.KeyField} is not one that a {names.Key} can have."));
        if (body.Key is { } key && key != reading.Key)
            return JudgedRecord.Refuse(known, new EventError(ProcessorRoutes.Invalid(names.KeyField), $"{names.KeyField} is another one than the path's."));
        if (known.Length > LongestId) return JudgedRecord.Refuse(null, new EventError("field-too-long", $"id must be at most {LongestId} characters."));
        // Version 7: ids of one moment lie together.
        if (known.Length == 0) known = Guid.CreateVersion7(request.Now).ToString("N");
        return new JudgedRecord(known, new LogRecord
        {
            Key = reading.Key, Source = envelope?.Source ?? request.Source, Id = envelope?.Id ?? known, Time = reading.Time, ReceivedAt = request.Now,
            Headers = envelope is null ? request.Trace : [.. envelope.Headers, .. request.Trace], Value = json,
        });
    }

    /// <summary>What all records of a request share.</summary>
    private readonly record struct IngestMoment(DateTimeOffset Now, string Source, KeyValuePair<string, string>[] Trace);

    /// <summary>A record for the log, or everything that is wrong with it.</summary>
    /// <param name="Id">The id by which its sender knows it: the event's own, else its envelope's, else the one it was given.</param>
    /// <param name="Record">Null when there are errors.</param>
    private readonly record struct JudgedRecord(string? Id, LogRecord? Record)
    {
        public EventError[] Errors { get; private init; } = [];

        public static JudgedRecord Refuse(string? id, params EventError[] errors) => new(id, null) { Errors = errors };
    }
}

/// <summary>What became of a request's records.</summary>
/// <param name="Results">One per record, in order.</param>
/// <param name="Key">The key, when one record was taken.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record IngestResult(RecordResult[] Results, string? Key, Position Position);
