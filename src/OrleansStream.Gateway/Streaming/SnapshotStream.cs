using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Streaming;

/// <summary>
/// Server-sent events of a list that is shown as a whole: what it is now, at once and whenever it has changed. An event's id stands for its content, so that a client
/// which resumes is told only when something is otherwise than it knows.
/// </summary>
internal sealed class SnapshotStream(Snapshots snapshots, IHostApplicationLifetime lifetime, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Between two looks for a client: the most that it is told.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <param name="context">The request; <c>Last-Event-ID</c> or <c>lastEventId</c> says what the client has.</param>
    /// <param name="eventName">The list, and the <c>event:</c> of each.</param>
    /// <param name="read">The list now, as JSON; the same for every client.</param>
    public async Task WriteAsync(HttpContext context, string eventName, Func<ValueTask<byte[]>> read)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        string last = context.Request.Headers["Last-Event-ID"].ToString();
        if (last.Length == 0) last = context.Request.Query["lastEventId"].ToString();
        var list = await snapshots.ReadAsync(eventName, read);
        EventFrames.Begin(context);
        if (context.IsHead()) return;
        try
        {
            await SendAsync(context, "retry: 2000\n: connected\n\n"u8.ToArray(), stop.Token);
            for (long sent = time.GetTimestamp(); ; list = await snapshots.ReadAsync(eventName, read))
            {
                if (list.Id != last)
                {
                    var frame = new ArrayBufferWriter<byte>(list.Json.Length + 128);
                    EventFrames.Write(frame, eventName, list.Id, list.Json);
                    await SendAsync(context, frame.WrittenMemory, stop.Token);
                    (last, sent) = (list.Id, time.GetTimestamp());
                }
                else if (time.GetElapsedTime(sent) >= options.Value.Heartbeat)
                {
                    await SendAsync(context, Encoding.UTF8.GetBytes(": heartbeat\n\n"), stop.Token);
                    sent = time.GetTimestamp();
                }
                await Task.Delay(Pause, time, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, was too slow, or the process is stopping.
        }
    }

    private Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        EventFrames.SendAsync(context, bytes, options.Value.SlowClient, time, cancellationToken);
}
