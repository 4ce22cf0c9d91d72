using System.Buffers;
using System.IO.Hashing;
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
internal sealed class SnapshotStream(IHostApplicationLifetime lifetime, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Between two looks: the longest that a change takes to be told, and the most that a client is told.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <param name="context">The request; <c>Last-Event-ID</c> or <c>lastEventId</c> says what the client has.</param>
    /// <param name="eventName">The <c>event:</c> of each.</param>
    /// <param name="read">The list now, as JSON.</param>
    public async Task WriteAsync(HttpContext context, string eventName, Func<ValueTask<byte[]>> read)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        string last = context.Request.Headers["Last-Event-ID"].ToString();
        if (last.Length == 0) last = context.Request.Query["lastEventId"].ToString();
        var json = await read();
        EventFrames.Begin(context);
        if (context.IsHead()) return;
        try
        {
            await SendAsync(context, "retry: 2000\n: connected\n\n"u8.ToArray(), stop.Token);
            for (long sent = time.GetTimestamp(); ; json = await read())
            {
                if (IdOf(json) is var id && id != last)
                {
                    var frame = new ArrayBufferWriter<byte>(json.Length + 128);
                    EventFrames.Write(frame, eventName, id, json);
                    await SendAsync(context, frame.WrittenMemory, stop.Token);
                    (last, sent) = (id, time.GetTimestamp());
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

    private static string IdOf(byte[] json) => XxHash128.HashToUInt128(json).ToString("x32", null);

    private Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        EventFrames.SendAsync(context, bytes, options.Value.SlowClient, time, cancellationToken);
}
