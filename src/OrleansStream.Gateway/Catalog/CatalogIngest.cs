using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Recommendations.Catalog;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Processors;
using OrleansStream.Grains.Catalog;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Catalog;

/// <summary>Reads a record that is handed in.</summary>
internal delegate Judged JudgeRecord(ReadOnlySpan<byte> json);

/// <summary>A record as it will stand in its topic, or what is wrong with it.</summary>
internal sealed record Judged(string? Id, byte[]? Json, EventError[] Errors)
{
    /// <summary>The record's key; its id when null.</summary>
    public string? Key { get; init; }

    public static Judged Of<T>(CatalogReading<T> read, Func<T, byte[]> write) where T : class =>
        new(read.Id, read.Value is { } value ? write(value) : null, [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
}

/// <summary>Judges each record by itself, appends the good ones in one go, and waits a moment until this process has read them.</summary>
internal sealed class CatalogIngest(IEventLog log, IReadModels models, CloudEventReader events, TimeProvider time, IOptions<GatewayOptions> options)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public async Task<RecordResult[]> PutAsync(HttpContext context, string topic, JudgeRecord judge, string? model = CatalogModel.ModelName, string? source = null)
    {
        var body = await IngestBody.ReadAsync(context.Request, events, options.Value, context.RequestAborted);
        if (body.Open is not null) throw new RequestRejectedException(415, "unsupported-content-type", "Send application/json or application/x-ndjson.");
        var now = time.GetUtcNow();
        var results = new RecordResult[body.Records.Count];
        var (good, places) = (new List<LogRecord>(results.Length), new List<int>(results.Length));
        for (int i = 0; i < results.Length; i++)
        {
            var judged = body.Records[i].Length > options.Value.MaxRecordBytes
                ? new Judged(null, null, [new EventError("record-too-large", $"The record has {body.Records[i].Length:N0} bytes; at most {options.Value.MaxRecordBytes:N0} are taken.")])
                : judge(body.Records[i].Span);
            if (judged.Json is null)
            {
                results[i] = RecordResult.Reject(i, judged.Id, judged.Errors);
                continue;
            }
            // Handed in again it counts again: the last of an id is in force.
            good.Add(new LogRecord { Key = judged.Key ?? judged.Id!, Source = source ?? topic, Id = Guid.CreateVersion7(now).ToString("N"), Time = now, ReceivedAt = now, Value = judged.Json });
            places.Add(i);
        }
        var appended = good.Count == 0 ? [] : await log.AppendAsync(topic, good, context.RequestAborted);
        for (int i = 0; i < appended.Length; i++)
            results[places[i]] = new RecordResult(places[i], results[places[i]]?.Id ?? good[i].Key, RecordResult.Accepted, appended[i].Position.ToString());
        if (model is not null)
            foreach (var last in appended.GroupBy(a => a.Position.TopicPartition).Select(g => g.MaxBy(a => a.Position.Offset).Position))
                await models.WaitForAsync(model, last, Wait, context.RequestAborted);
        return results;
    }
}
