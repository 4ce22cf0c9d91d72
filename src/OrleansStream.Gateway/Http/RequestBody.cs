using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Limits;

namespace OrleansStream.Gateway.Http;

/// <summary>Reads a request's body whole, within limits of size, time and memory, without the byte order mark some tools put first.</summary>
internal static class RequestBody
{
    /// <summary>So much may come of however few bytes: small bodies of one character are no bombs.</summary>
    private const int FreeOfRatio = 1 << 20;

    /// <exception cref="RequestRejectedException">Too large, too slow, an unknown encoding, or bytes that are not in the encoding named.</exception>
    /// <exception cref="RequestOverloadException">Other bodies take all the memory there is.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        var body = await ReadPlainAsync(request, options.MaxBodyBytes, options.MaxDecompressedBytes, cancellationToken);
        return body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
    }

    /// <summary>The body as it is, whatever it holds.</summary>
    /// <exception cref="RequestRejectedException">As above.</exception>
    /// <exception cref="RequestOverloadException">As above.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadPlainAsync(HttpRequest request, int maxSent, int maxPlain, CancellationToken cancellationToken)
    {
        string encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip" or "br"))
            throw new RequestRejectedException(415, "unsupported-encoding", $"Content-Encoding '{encoding}' is not supported; send gzip, br or none.");
        if (request.ContentLength > maxSent) throw TooLarge(maxSent, "as sent");
        var services = request.HttpContext.RequestServices;
        var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
        var memory = services.GetRequiredService<BodyMemory>().Rent();
        request.HttpContext.Response.RegisterForDispose(memory);
        var sent = await ReceiveAsync(request, maxSent, limits.BodyTimeout, memory, cancellationToken);
        if (encoding is "" or "identity") return sent;
        int most = (int)Math.Min(maxPlain, Math.Max(FreeOfRatio, (long)sent.Length * limits.CompressionRatio));
        try
        {
            using var source = new MemoryStream(sent.ToArray(), writable: false);
            await using Stream plain = encoding == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new BrotliStream(source, CompressionMode.Decompress);
            return await DrainAsync(plain, 4L * sent.Length, most, "after decompression", memory, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new RequestRejectedException(400, "invalid-encoding", $"The body is not valid {encoding}.");
        }
    }

    /// <summary>Who sends one byte now and then would keep its place for hours: the server's own limit is a pace, and generous.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(HttpRequest request, int maxSent, TimeSpan timeout, BodyMemory.BodyLease memory, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(timeout);
        try
        {
            return await DrainAsync(request.Body, request.ContentLength ?? 4096, maxSent, "as sent", memory, late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            throw new RequestRejectedException(408, "body-too-slow", $"The body did not come within {timeout.TotalSeconds:0} s.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> DrainAsync(Stream source, long expected, int limit, string when, BodyMemory.BodyLease memory, CancellationToken cancellationToken)
    {
        int size = (int)Math.Clamp(expected, 256, limit) + 1, length = 0;
        memory.Grow(size);
        var buffer = new byte[size];
        while (true)
        {
            int read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > limit) throw TooLarge(limit, when);
            if (length < buffer.Length) continue;
            size = (int)Math.Min(2L * length, limit + 1L);
            memory.Grow(size - buffer.Length);
            Array.Resize(ref buffer, size);
        }
    }

    private static RequestRejectedException TooLarge(int limit, string when) =>
        new(413, "body-too-large", $"The body is larger than {limit:N0} bytes {when}.");
}

/// <summary>The request as a whole is refused; nothing of it was taken.</summary>
internal sealed class RequestRejectedException(int status, string code, string detail, int index = 0) : Exception(detail)
{
    public int Status => status;

    public IResult ToResult() => Problems.Error(status, code, Message, index);
}
