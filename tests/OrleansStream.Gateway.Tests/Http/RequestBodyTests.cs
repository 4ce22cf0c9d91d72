using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Limits;

namespace OrleansStream.Gateway.Tests.Http;

/// <summary>Bodies as they come: whole, and within their limits.</summary>
public sealed class RequestBodyTests : IDisposable
{
    private const int MaxSent = 5 << 20, MaxPlain = 50 << 20;

    private readonly ServiceProvider _services = new ServiceCollection().AddOptions().AddSingleton<BodyMemory>().AddSingleton<Decompression>().BuildServiceProvider();

    public static MatrixTheoryData<int, string> Bodies() => new([0, 1, BodyMemory.Block - 1, BodyMemory.Block, BodyMemory.Block + 1, 1_000_000], ["", "chunked", "gzip", "br"]);

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task IsWhatWasSent_WhateverItsSizeAndEncoding(int length, string way)
    {
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        var body = await ReadAsync(way is "gzip" or "br" ? Pack(sent, way) : sent, way);
        Assert.True(body.Span.SequenceEqual(sent));
    }

    /// <summary>Only what was kept counts until it is answered, not the blocks that it came in.</summary>
    [Fact]
    public async Task CountsWhatIsKept()
    {
        var context = Context(new byte[1_000_000], "chunked");
        await RequestBody.ReadPlainAsync(context.Request, MaxSent, MaxPlain, TestContext.Current.CancellationToken);
        Assert.Equal(1_000_000, _services.GetRequiredService<BodyMemory>().Held);
    }

    /// <summary>A bomb is unpacked up to the limit: tens of megabytes that would have to be collected, with all other requests waiting.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void LeavesNothingToCollect_WhenABombIsRefused(string encoding)
    {
        byte[] bomb = Pack(new byte[200 << 20], encoding);
        Assert.Equal(413, Refused(bomb, encoding));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(413, Refused(bomb, encoding));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public async Task UnpacksFewAtATime()
    {
        var decompression = _services.GetRequiredService<Decompression>();
        int most = Math.Max(1, Environment.ProcessorCount / 2), now = 0, met = 0;
        var end = new TaskCompletionSource();
        var unpacking = Enumerable.Range(0, most + 3).Select(_ => decompression.RunAsync(async () =>
        {
            met = Math.Max(met, Interlocked.Increment(ref now));
            await end.Task;
            Interlocked.Decrement(ref now);
            return true;
        }, TestContext.Current.CancellationToken)).ToList();
        Assert.Equal(most, now);
        end.SetResult();
        await Task.WhenAll(unpacking);
        Assert.Equal(most, met);
    }

    public void Dispose() => _services.Dispose();

    private int Refused(byte[] bomb, string encoding)
    {
        // All of it is in memory: read on this thread, from its first byte to its last.
        var reading = ReadAsync(bomb, encoding);
        Assert.True(reading.IsCompleted);
        return Assert.IsType<RequestRejectedException>(reading.Exception!.InnerException).Status;
    }

    private Task<ReadOnlyMemory<byte>> ReadAsync(byte[] sent, string way) => RequestBody.ReadPlainAsync(Context(sent, way).Request, MaxSent, MaxPlain, TestContext.Current.CancellationToken);

    private DefaultHttpContext Context(byte[] sent, string way)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Body = new MemoryStream(sent);
        if (way.Length == 0) context.Request.ContentLength = sent.Length;
        if (way is "gzip" or "br") context.Request.Headers.ContentEncoding = way;
        return context;
    }

    private static byte[] Pack(byte[] plain, string encoding)
    {
        using var target = new MemoryStream();
        using (Stream packer = encoding == "gzip" ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true)) packer.Write(plain);
        return target.ToArray();
    }
}
