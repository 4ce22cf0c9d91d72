using System.IO.Compression;
using System.Net.Http.Headers;

namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>A batch as a request body, gzipped when that pays.</summary>
internal static class BatchContent
{
    /// <summary>Below this the gzip header and the processor time cost more than the bytes.</summary>
    private const int MinBytesToCompress = 1400;

    public static HttpContent Create(ReadOnlyMemory<LoadRecord> batch) => Create(Join(batch.Span), "application/x-ndjson");

    public static HttpContent Create(byte[] plain, string type)
    {
        if (plain.Length < MinBytesToCompress)
        {
            return Typed(new ByteArrayContent(plain), type);
        }

        using var zipped = new MemoryStream(plain.Length / 4);
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        var content = Typed(new ByteArrayContent(zipped.GetBuffer(), 0, (int)zipped.Length), type);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static byte[] Join(ReadOnlySpan<LoadRecord> batch)
    {
        var length = 0;
        foreach (var record in batch)
        {
            length += record.Json.Length + 1;
        }

        var body = new byte[length];
        var end = 0;
        foreach (var record in batch)
        {
            record.Json.Span.CopyTo(body.AsSpan(end));
            end += record.Json.Length;
            body[end++] = (byte)'\n';
        }

        return body;
    }

    private static ByteArrayContent Typed(ByteArrayContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }
}
