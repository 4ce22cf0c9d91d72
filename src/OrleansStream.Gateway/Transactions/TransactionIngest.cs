using System.Diagnostics;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Fraud;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Transactions;

/// <summary>Judges each transaction by itself, gives it id and time where it has none, and appends the good ones in one go.</summary>
internal sealed class TransactionIngest(IEventLog log, TimeProvider time, IOptions<GatewayOptions> options)
{
    private readonly GatewayOptions _options = options.Value;

    /// <summary>One result per record, in order. Accepted and duplicate mean durable.</summary>
    public async Task<(RecordResult[] Results, string?[] Cards)> AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var results = new RecordResult[records.Count];
        var cards = new string?[records.Count];
        var good = new List<LogRecord>(records.Count);
        var indexes = new List<int>(records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            if (Judge(i, records[i], now, out var rejected) is not { } record)
            {
                results[i] = rejected!;
                continue;
            }
            cards[i] = record.Key;
            good.Add(record);
            indexes.Add(i);
        }
        var appended = good.Count == 0 ? [] : await log.AppendAsync(CardTopics.Transactions, good, cancellationToken);
        for (int i = 0; i < appended.Length; i++)
        {
            string status = appended[i].Duplicate ? RecordResult.Duplicate : RecordResult.Accepted;
            results[indexes[i]] = new RecordResult(indexes[i], good[i].Id, status, appended[i].Position.ToString());
        }
        return (results, cards);
    }

    private LogRecord? Judge(int index, ReadOnlyMemory<byte> json, DateTimeOffset now, out RecordResult? rejected)
    {
        rejected = null;
        if (json.Length > _options.MaxRecordBytes)
        {
            rejected = RecordResult.Reject(
                index, null, ("record-too-large", $"The record has {json.Length:N0} bytes; at most {_options.MaxRecordBytes:N0} are taken."));
            return null;
        }
        // Version 7: ids of one moment lie together.
        var defaults = new EventDefaults(Guid.CreateVersion7(now).ToString("N"), now, now + _options.MaxClockLead);
        var read = TransactionReader.Read(json.Span, defaults);
        if (!read.IsValid)
        {
            rejected = RecordResult.Reject(index, read.Id == defaults.Id ? null : read.Id, [.. read.Errors.Select(e => (e.Code, e.Detail))]);
            return null;
        }
        return new LogRecord
        {
            Key = read.Transaction.CardId, Source = CardTopics.HttpSource, Id = read.Transaction.Id, Time = read.Transaction.Time,
            ReceivedAt = now, Headers = TraceHeaders(), Value = json,
        };
    }

    private static KeyValuePair<string, string>[] TraceHeaders() =>
        Activity.Current is { Recorded: true, Id: { } id } ? [new("traceparent", id)] : [];
}
