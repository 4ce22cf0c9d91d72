using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Confluent.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Records;

/// <summary>
/// A Kafka message as a record, whoever wrote it: ours, plain values with a key, CloudEvents in binary and structured mode. Never throws: what cannot be understood stays
/// as it is, and a record without a key is marked (<see cref="LogHeaders.Unroutable"/>).
/// </summary>
internal sealed class RecordReader(IKafkaKeySelector? keys)
{
    // Several consumers' threads share it.
    private volatile Source _latestSource = new([], "");

    public LogRecord Read(string topic, int partition, long offset, KafkaKey key, byte[]? value, Confluent.Kafka.Headers headers, Timestamp timestamp)
    {
        int separator = -1;
        for (int i = 0; i < headers.Count; i++)
            if (headers[i].Key == WireHeaders.ReceivedAt) { separator = i; break; }
        var received = timestamp.Type == TimestampType.NotAvailable ? DateTimeOffset.UnixEpoch : DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs);
        return separator >= 0 && long.TryParse(headers[separator].GetValueBytes(), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            ? ReadOwn(offset, key, value, headers, separator, new DateTimeOffset(ticks, TimeSpan.Zero))
            : ReadForeign(topic, partition, offset, key, value, headers, received);
    }

    private LogRecord ReadOwn(long offset, KafkaKey key, byte[]? value, Confluent.Kafka.Headers headers, int separator, DateTimeOffset received)
    {
        string? id = null, source = null, time = null;
        DateTimeOffset? when = null;
        for (int i = 0; i < separator; i++)
        {
            switch (headers[i].Key)
            {
                case WireHeaders.Id or WireHeaders.OwnId: id = Text(headers[i]); break;
                case WireHeaders.Source or WireHeaders.OwnSource: source = SourceOf(headers[i]); break;
                // As we write it; parsing any text there may be costs ten times as much.
                case WireHeaders.Time or WireHeaders.OwnTime when Utf8Parser.TryParse(headers[i].GetValueBytes(), out DateTimeOffset exact, out _, 'O'): when = exact.ToUniversalTime(); break;
                case WireHeaders.Time or WireHeaders.OwnTime: time = Text(headers[i]); break;
            }
        }
        int count = headers.Count - separator - 1;
        var own = count == 0 ? [] : new KeyValuePair<string, string>[count];
        for (int i = 0; i < count; i++)
        {
            var header = headers[separator + 1 + i];
            own[i] = new(header.Key, Text(header));
            if (id is null && header.Key == WireHeaders.Id) id = own[i].Value;
            if (source is null && header.Key == WireHeaders.Source) source = own[i].Value;
            if (time is null && when is null && header.Key == WireHeaders.Time) time = own[i].Value;
        }
        return new LogRecord
        {
            Offset = offset, Key = key.Text ?? "", Id = id ?? "", Source = source is null or WireHeaders.NoSource ? "" : source, Time = when ?? TimeOf(time, received),
            ReceivedAt = received, Headers = own, Value = value,
        };
    }

    private LogRecord ReadForeign(string topic, int partition, long offset, KafkaKey key, byte[]? value, Confluent.Kafka.Headers headers, DateTimeOffset received)
    {
        var all = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var header in headers) all.Add(new(header.Key, Text(header)));
        ReadOnlyMemory<byte> data = value;
        if (StructuredEvent.TryRead(Find(all, WireHeaders.ContentType), value, all, out var inside)) data = inside;
        if (value is null && Find(all, LogHeaders.Kind) is null) all.Add(new(LogHeaders.Kind, LogHeaders.Tombstone));
        string? id = Find(all, WireHeaders.Id);
        var record = new LogRecord
        {
            Offset = offset, Key = key.Text ?? "", Time = TimeOf(Find(all, WireHeaders.Time), received), ReceivedAt = received, Headers = [.. all], Value = data,
            // Without an id of its own, a record is itself: where it stands.
            Id = id ?? new Position(topic, partition, offset).ToString(), Source = id is null ? "" : Find(all, WireHeaders.Source) ?? "",
        };
        if (record.Key.Length > 0) return record;
        string? selected = Select(topic, record);
        return Keyed(record, selected ?? "", selected is null or "" ? [.. record.Headers, new(LogHeaders.Unroutable, "no-key")] : record.Headers);
    }

    /// <summary>A selector that throws has found no key.</summary>
    private string? Select(string topic, LogRecord record)
    {
        try
        {
            return keys is null ? Find(record.Headers, "ce_partitionkey") : keys.KeyOf(topic, record);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Records have few sources: the same one again is the same text.</summary>
    private string SourceOf(IHeader header)
    {
        var latest = _latestSource;
        byte[]? bytes = header.GetValueBytes();
        if (bytes is not null && bytes.AsSpan().SequenceEqual(latest.Bytes)) return latest.Text;
        string text = Text(header);
        _latestSource = new Source(bytes ?? [], text);
        return text;
    }

    private static LogRecord Keyed(LogRecord record, string key, KeyValuePair<string, string>[] headers) => new()
    {
        Offset = record.Offset, Key = key, Id = record.Id, Source = record.Source, Time = record.Time, ReceivedAt = record.ReceivedAt, Headers = headers, Value = record.Value,
    };

    private static DateTimeOffset TimeOf(string? text, DateTimeOffset otherwise) =>
        text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : otherwise;

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> headers, string name)
    {
        for (int i = 0; i < headers.Count; i++)
            if (headers[i].Key == name) return headers[i].Value;
        return null;
    }

    /// <summary>Bytes that are no text become a data URL: nothing of them is lost, and nobody takes them for text.</summary>
    private static string Text(IHeader header)
    {
        byte[]? bytes = header.GetValueBytes();
        return bytes is null ? "" : Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : $"data:application/octet-stream;base64,{Convert.ToBase64String(bytes)}";
    }

    private sealed record Source(byte[] Bytes, string Text);
}
