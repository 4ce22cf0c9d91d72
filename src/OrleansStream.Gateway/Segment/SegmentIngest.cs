using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Recommendations.Segment;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Users;
using OrleansStream.Streams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Segment;

/// <summary>Judges each message by itself and appends the good ones in one go, as events of their visitors.</summary>
internal sealed class SegmentIngest(IEventLog log, TimeProvider time, IOptions<GatewayOptions> gateway, IOptions<SegmentOptions> options)
{
    /// <summary>One result per message, in order.</summary>
    /// <param name="messages">JSON each, not yet understood.</param>
    /// <param name="type">By the route; null where each message says it.</param>
    /// <param name="sentAt">Of the request.</param>
    /// <param name="cancellationToken">The client went.</param>
    public async Task<RecordResult[]> AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, string? type, DateTimeOffset? sentAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var context = new SegmentContext(type, now, sentAt, gateway.Value.MaxClockLead);
        var results = new RecordResult[messages.Count];
        var (good, places) = (new List<LogRecord>(messages.Count), new List<int>(messages.Count));
        for (int i = 0; i < messages.Count; i++)
        {
            if (Judge(messages[i].Span, i, context, out results[i]) is not { } record) continue;
            good.Add(record);
            places.Add(i);
        }
        var appended = good.Count == 0 ? [] : await log.AppendAsync(UserTopics.Clicks, good, cancellationToken);
        for (int i = 0; i < appended.Length; i++)
            results[places[i]] = new RecordResult(places[i], good[i].Id, appended[i].Duplicate ? RecordResult.Duplicate : RecordResult.Accepted, appended[i].Position.ToString());
        return results;
    }

    /// <summary>The record, or null with what is to be said of it: it is refused, or nothing may be kept of it.</summary>
    private LogRecord? Judge(ReadOnlySpan<byte> message, int index, in SegmentContext context, out RecordResult result)
    {
        int most = options.Value.MaxMessageBytes;
        if (message.Length > most)
        {
            result = RecordResult.Reject(index, null, new EventError("record-too-large", $"The message has {message.Length:N0} bytes; at most {most:N0} are taken."));
            return null;
        }
        var read = SegmentMessage.Read(message, context);
        string? id = read.MessageId is { } given && !given.Any(char.IsControl) ? given : null;
        if (read.Event is not { } @event)
        {
            result = RecordResult.Reject(index, id, [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
            return null;
        }
        id ??= Guid.CreateVersion7(context.ReceivedAt).ToString("N");
        result = new RecordResult(index, id, RecordResult.Accepted, Code: "no-consent", Detail: "The visitor does not want to be remembered: nothing was kept.");
        if (!read.Consents) return null;
        return new LogRecord
        {
            Key = @event.UserId, Source = UserTopics.SegmentSource, Id = id, Time = @event.Time, ReceivedAt = context.ReceivedAt, Headers = StreamTracing.Headers(),
            Value = ShopEventJson.Write(@event),
        };
    }

    /// <summary>What the sender's clock said when the request left; null when nothing readable.</summary>
    public static DateTimeOffset? ReadSentAt(ReadOnlyMemory<byte> value)
    {
        if (value.Length is 0 or > 128) return null;
        try
        {
            return SegmentMessage.ReadSentAt(JsonElement.Parse([.. "{\"sentAt\":"u8, .. value.Span, (byte)'}']));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
