using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Limits;
using OrleansStream.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Streaming;

/// <summary>
/// Server-sent events from output topics: reads the log from the client's cursor and goes on live, so that nothing is buffered per
/// client beyond a small hand-over. A client that stops taking bytes is dropped and can resume where it was.
/// </summary>
internal sealed class EventStream(IEventLog log, IHostApplicationLifetime lifetime, EventStreamSeats seats, TimeProvider time, IOptions<GatewayOptions> options)
{
    private const int HandOver = 256;

    /// <param name="context">The request; <c>Last-Event-ID</c> or <c>lastEventId</c> resumes, <c>earliest</c> starts at the oldest record.</param>
    /// <param name="sources">The topics, each once.</param>
    /// <param name="named">The ids name the topics even when there is only one.</param>
    public async Task WriteAsync(HttpContext context, IReadOnlyList<StreamSource> sources, bool named = false)
    {
        string[] topics = [.. sources.Select(s => s.Topic)];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var (cursor, expired) = Start(context.Request, topics);
        cursor.Named |= named;
        EventFrames.Begin(context);
        if (context.IsHead()) return;
        var records = Channel.CreateBounded<StreamItem>(new BoundedChannelOptions(HandOver) { SingleReader = true });
        long opened = time.GetTimestamp();
        var readers = cursor.Places.Select(p => ReadAsync(p.Topic, new TopicPartition(topics[p.Topic], p.Partition), p.Offset, records.Writer, opened, stop.Token)).ToArray();
        try
        {
            await SendAsync(context, expired ? $"retry: 2000\nevent: reset\nid: {cursor}\ndata: {{}}\n\n" : $"retry: 2000\n: connected\nid: {cursor}\n\n", stop.Token);
            await PumpAsync(context, records.Reader, cursor, sources, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went, was too slow, or the process is stopping: it resumes with its last id.
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (StreamCursor Cursor, bool Expired) Start(HttpRequest request, string[] topics)
    {
        string last = request.Headers["Last-Event-ID"].ToString();
        if (last.Length == 0) last = request.Query["lastEventId"].ToString();
        if (last.Length == 0) return (StreamCursor.AtEnd(log, topics), false);
        if (last == "earliest") return (StreamCursor.AtStart(log, topics), false);
        return StreamCursor.Parse(last, log, topics) is { } cursor ? (cursor, false) : (StreamCursor.AtEnd(log, topics), true);
    }

    private async Task ReadAsync(int topic, TopicPartition partition, long from, ChannelWriter<StreamItem> target, long opened, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = log.OpenReader(partition, from);
            while (!cancellationToken.IsCancellationRequested)
            {
                var read = await reader.ReadAsync(HandOver, 1 << 20, TimeSpan.FromSeconds(30), cancellationToken);
                foreach (var record in read) await target.WriteAsync(new StreamItem(topic, partition.Partition, record), cancellationToken);
                // Where there is a backlog it goes on at once.
                if (read.Count is > 0 and < HandOver) await GatherAsync(opened, cancellationToken);
            }
        }
        catch (Exception e)
        {
            // A log that cannot be read ends the stream; heartbeats alone would look like quiet.
            target.TryComplete(e);
        }
    }

    /// <summary>Until this client's next turn: all its partitions have it at one time, so that what they have goes out together.</summary>
    private Task GatherAsync(long opened, CancellationToken cancellationToken)
    {
        var pace = seats.Pace;
        return pace == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(pace - TimeSpan.FromTicks(time.GetElapsedTime(opened).Ticks % pace.Ticks), time, cancellationToken);
    }

    private async Task PumpAsync(
        HttpContext context, ChannelReader<StreamItem> records, StreamCursor cursor, IReadOnlyList<StreamSource> sources, CancellationToken cancellationToken)
    {
        var frames = new ArrayBufferWriter<byte>(4096);
        var sent = new List<StreamItem>();
        while (true)
        {
            await NextAsync(context, records, cancellationToken);
            var started = time.GetUtcNow();
            frames.ResetWrittenCount();
            sent.Clear();
            while (frames.WrittenCount < 64 << 10 && records.TryRead(out var item))
            {
                var source = sources[item.Topic];
                ReadOnlyMemory<byte>? last = null;
                if (source.Wanted(item.Record))
                {
                    // Until its last part a record is not behind the client: one that goes in between gets it again as a whole.
                    last = source.PartsOf is { } cut ? WriteAllButLast(frames, cut(item.Record), source, item.Record, cursor)
                        : source.Render is { } render ? await render(item.Record)
                        : item.Record.Value;
                }
                cursor[item.Topic, item.Partition] = item.Record.Offset + 1;
                if (last is not { } part) continue;
                EventFrames.Write(frames, source.EventOf(item.Record), cursor, part.Span);
                if (item.Record.Headers.Length > 0) sent.Add(item);
            }
            if (frames.WrittenCount > 0) await SendAsync(context, frames.WrittenMemory, cancellationToken);
            foreach (var item in sent) StreamTracing.Sent(new TopicPartition(sources[item.Topic].Topic, item.Partition), item.Record, started);
        }
    }

    /// <returns>The last one, which is still to be written; null when there is none.</returns>
    private static ReadOnlyMemory<byte>? WriteAllButLast(ArrayBufferWriter<byte> frames, IReadOnlyList<ReadOnlyMemory<byte>> parts, StreamSource source, LogRecord record, StreamCursor cursor)
    {
        for (int i = 0; i < parts.Count - 1; i++) EventFrames.Write(frames, source.EventOf(record), cursor, parts[i].Span);
        return parts.Count > 0 ? parts[^1] : null;
    }

    /// <summary>Returns when there is a record to send; meanwhile the client hears a heartbeat now and then.</summary>
    private async Task NextAsync(HttpContext context, ChannelReader<StreamItem> records, CancellationToken cancellationToken)
    {
        var next = records.WaitToReadAsync(cancellationToken).AsTask();
        while (!next.IsCompleted)
        {
            await ((Task)next).WaitAsync(options.Value.Heartbeat, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!next.IsCompleted) await SendAsync(context, ": heartbeat\n\n", cancellationToken);
        }
        await next;
    }

    private Task SendAsync(HttpContext context, string text, CancellationToken cancellationToken) =>
        SendAsync(context, Encoding.UTF8.GetBytes(text), cancellationToken);

    private Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        EventFrames.SendAsync(context, bytes, options.Value.SlowClient, time, cancellationToken);
}

/// <summary>A topic that a client listens to.</summary>
/// <param name="Topic">The output topic.</param>
/// <param name="EventName">The <c>event:</c> of each record.</param>
/// <param name="Wanted">Which records the client asked for; the others only move the cursor.</param>
internal sealed record StreamSource(string Topic, string EventName, Func<LogRecord, bool> Wanted)
{
    /// <summary>The <c>event:</c> of a record, where a topic has several kinds.</summary>
    public Func<LogRecord, string>? NameOf { get; init; }

    /// <summary>The JSON values in a record, each an event of its own; null when the record is one.</summary>
    public Func<LogRecord, IReadOnlyList<ReadOnlyMemory<byte>>>? PartsOf { get; init; }

    /// <summary>What is sent of a record; its value when null.</summary>
    public Func<LogRecord, ValueTask<ReadOnlyMemory<byte>>>? Render { get; init; }

    /// <summary>The <c>event:</c> of a record.</summary>
    public string EventOf(LogRecord record) => NameOf?.Invoke(record) ?? EventName;
}

/// <summary>A record on its way from its partition's reader to the client.</summary>
/// <param name="Topic">Which of the sources.</param>
/// <param name="Partition">Which partition.</param>
/// <param name="Record">The record.</param>
internal readonly record struct StreamItem(int Topic, int Partition, LogRecord Record);
