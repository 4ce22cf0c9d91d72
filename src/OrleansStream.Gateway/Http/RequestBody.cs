using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IO;
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
        bool plain = encoding is "" or "identity";
        if (plain && request.ContentLength is { } length and <= BodyMemory.Block) return await ReceiveAsync(request, limits.BodyTimeout, stop => ReadKnownAsync(request.Body, (int)length, memory, stop), cancellationToken);
        await using var sent = await ReceiveAsync(request, limits.BodyTimeout, stop => DrainAsync(request.Body, maxSent, "as sent", memory, stop), cancellationToken);
        if (plain) return memory.Keep(sent);
        int most = (int)Math.Min(maxPlain, Math.Max(FreeOfRatio, sent.Length * limits.CompressionRatio));
        return await services.GetRequiredService<Decompression>().RunAsync(() => DecompressAsync(sent, encoding, most, memory, cancellationToken), cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> DecompressAsync(RecyclableMemoryStream sent, string encoding, int most, BodyMemory.BodyLease memory, CancellationToken cancellationToken)
    {
        sent.Position = 0;
        await using Stream source = encoding == "gzip" ? new GZipStream(sent, CompressionMode.Decompress) : new BrotliStream(sent, CompressionMode.Decompress);
        try
        {
            await using var whole = await DrainAsync(source, most, "after decompression", memory, cancellationToken);
            return memory.Keep(whole);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new RequestRejectedException(400, "invalid-encoding", $"The body is not valid {encoding}.");
        }
    }

    /// <summary>Who sends one byte now and then would keep its place for hours: the server's own limit is a pace, and generous.</summary>
    private static async Task<T> ReceiveAsync<T>(HttpRequest request, TimeSpan timeout, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(timeout);
        try
        {
            return await read(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            throw new RequestRejectedException(408, "body-too-slow", $"The body did not come within {timeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>What most requests are: small, and their size said.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadKnownAsync(Stream source, int length, BodyMemory.BodyLease memory, CancellationToken cancellationToken)
    {
        memory.Grow(length);
        byte[] whole = new byte[length];
        return whole.AsMemory(0, await source.ReadAtLeastAsync(whole, length, throwOnEndOfStream: false, cancellationToken));
    }

    private static async Task<RecyclableMemoryStream> DrainAsync(Stream source, int limit, string when, BodyMemory.BodyLease memory, CancellationToken cancellationToken)
    {
        var blocks = memory.NewBlocks();
        try
        {
            while (true)
            {
                memory.MakeRoom(blocks);
                int read = await source.ReadAsync(blocks.GetMemory(), cancellationToken);
                if (read == 0) return blocks;
                blocks.Advance(read);
                if (blocks.Length > limit) throw TooLarge(limit, when);
            }
        }
        catch
        {
            await blocks.DisposeAsync();
            throw;
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
