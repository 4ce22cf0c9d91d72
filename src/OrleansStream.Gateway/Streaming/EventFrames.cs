using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansStream.Gateway.Streaming;

/// <summary>Server-sent events as bytes, and the answer that carries them.</summary>
internal static class EventFrames
{
    /// <summary>Headers of an event stream: neither stored, nor compressed, nor held back on the way.</summary>
    public static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    public static void Write(ArrayBufferWriter<byte> target, string eventName, StreamCursor id, ReadOnlySpan<byte> json)
    {
        Begin(target, eventName);
        id.WriteTo(target);
        Data(target, json);
    }

    public static void Write(ArrayBufferWriter<byte> target, string eventName, string id, ReadOnlySpan<byte> json)
    {
        Begin(target, eventName);
        Encoding.UTF8.GetBytes(id, target);
        Data(target, json);
    }

    private static void Begin(ArrayBufferWriter<byte> target, string eventName)
    {
        target.Write("event: "u8);
        Encoding.UTF8.GetBytes(eventName, target);
        target.Write("\nid: "u8);
    }

    private static void Data(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> json)
    {
        target.Write("\ndata: "u8);
        // A line break ends a field; in JSON it stands between tokens only, where a blank is as good.
        for (int end; (end = json.IndexOfAny((byte)'\r', (byte)'\n')) >= 0; json = json[(end + 1)..])
        {
            target.Write(json[..end]);
            target.Write(" "u8);
        }
        target.Write(json);
        target.Write("\n\n"u8);
    }

    /// <summary>Sends, and gives a client up that takes nothing for so long.</summary>
    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, TimeSpan slowClient, TimeProvider time, CancellationToken cancellationToken)
    {
        using var slow = new CancellationTokenSource(slowClient, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slow.Token);
        await context.Response.Body.WriteAsync(bytes, either.Token);
        await context.Response.Body.FlushAsync(either.Token);
    }
}
