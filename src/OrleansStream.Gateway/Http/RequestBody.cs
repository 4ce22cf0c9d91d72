using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Http;

/// <summary>Reads a request's body whole, within limits before and after decompression, without the byte order mark some tools put first.</summary>
internal static class RequestBody
{
    /// <exception cref="RequestRejectedException">Too large, an unknown encoding, or bytes that are not in the encoding named.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        var body = await ReadPlainAsync(request, options.MaxBodyBytes, options.MaxDecompressedBytes, cancellationToken);
        return body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
    }

    /// <summary>The body as it is, whatever it holds.</summary>
    /// <exception cref="RequestRejectedException">As above.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadPlainAsync(HttpRequest request, int maxSent, int maxPlain, CancellationToken cancellationToken)
    {
        string encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip" or "br"))
            throw new RequestRejectedException(415, "unsupported-encoding", $"Content-Encoding '{encoding}' is not supported; send gzip, br or none.");
        if (request.ContentLength > maxSent) throw TooLarge(maxSent, "as sent");
        var sent = await DrainAsync(request.Body, request.ContentLength ?? 4096, maxSent, "as sent", cancellationToken);
        if (encoding is "" or "identity") return sent;
        try
        {
            using var source = new MemoryStream(sent.ToArray(), writable: false);
            await using Stream plain = encoding == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new BrotliStream(source, CompressionMode.Decompress);
            return await DrainAsync(plain, 4L * sent.Length, maxPlain, "after decompression", cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new RequestRejectedException(400, "invalid-encoding", $"The body is not valid {encoding}.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> DrainAsync(Stream source, long expected, int limit, string when, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Clamp(expected, 256, limit) + 1];
        int length = 0;
        while (true)
        {
            int read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > limit) throw TooLarge(limit, when);
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * length, limit + 1L));
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
