using System.IO.Compression;
using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Limits;
using OrleansStream.Gateway.Otlp.Grpc;

namespace OrleansStream.Gateway.Tests.Limits;

/// <summary>What limits count.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    public void IsOneClient_WhenTheAddressIs(string address, string client) => Assert.Equal(client, ClientAddress.Of(IPAddress.Parse(address)));

    [Fact]
    public void CountsEventStreamsPerKeyPerAddressAndInAll()
    {
        var seats = new EventStreamSeats(Options.Create(new LimitOptions { EventStreams = 4, EventStreamsPerKey = 3, EventStreamsPerAddress = 2 }), Options.Create(new AuthOptions()));
        Assert.Null(seats.Take("a", "1"));
        Assert.Null(seats.Take("a", "1"));
        Assert.Equal("event-streams-address", seats.Take("b", "1")?.Policy);
        Assert.Null(seats.Take("a", "2"));
        Assert.Equal("event-streams-key", seats.Take("a", "3")?.Policy);
        Assert.Null(seats.Take("b", "3"));
        Assert.Equal("event-streams", seats.Take("c", "4")?.Policy);
        seats.Leave("a", "1");
        Assert.Null(seats.Take("c", "1"));
        Assert.Equal(4, seats.Open);
    }

    [Fact]
    public void CountsEventStreamsInAllOnly_WhenThereAreNoKeys()
    {
        var limits = new LimitOptions { EventStreams = 3, EventStreamsPerKey = 1, EventStreamsPerAddress = 1 };
        var seats = new EventStreamSeats(Options.Create(limits), Options.Create(new AuthOptions { Mode = AuthMode.Open }));
        for (int i = 0; i < 3; i++) Assert.Null(seats.Take("", "127.0.0.1"));
        Assert.Equal("event-streams", seats.Take("", "127.0.0.1")?.Policy);
    }

    /// <summary>Whoever listens gets what comes in fewer pieces, not everybody else later, the more listen.</summary>
    [Fact]
    public void PacesEventStreams_WhenThereAreMany()
    {
        var seats = new EventStreamSeats(Options.Create(new LimitOptions { EventStreamsPerKey = 10_000, EventStreamsPerAddress = 10_000 }), Options.Create(new AuthOptions()));
        for (int i = 0; i < 50; i++) seats.Take("a", "1");
        Assert.Equal(TimeSpan.Zero, seats.Pace);
        for (int i = 50; i < 2_500; i++) seats.Take("a", "1");
        Assert.Equal(TimeSpan.FromSeconds(2.0 / Environment.ProcessorCount), seats.Pace);
    }

    [Fact]
    public void GivesMemoryBack_WhenARequestIsAnswered()
    {
        var memory = new BodyMemory(Options.Create(new LimitOptions { BodyMemory = 1 << 20 }));
        var one = memory.Rent();
        one.Grow(600_000);
        using var other = memory.Rent();
        Assert.Equal("body-memory", Assert.Throws<RequestOverloadException>(() => other.Grow(600_000)).Pressure.Policy);
        other.Grow(400_000);
        one.Dispose();
        other.Grow(600_000);
        Assert.Equal(1_000_000, memory.Held);
    }

    [Fact]
    public void EndsWhereTheLimitIs_WhenAGrpcMessageUnpacksToMore()
    {
        var gzip = new BoundedGzip(1 << 20);
        byte[] small = Pack(gzip, 1 << 20), bomb = Pack(gzip, 200 << 20);
        Assert.True(bomb.Length < 1 << 20);
        Assert.Equal(1 << 20, Unpack(gzip, small));
        Assert.Equal(StatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => Unpack(gzip, bomb)).StatusCode);
    }

    private static byte[] Pack(BoundedGzip gzip, int length)
    {
        using var target = new MemoryStream();
        using (var stream = gzip.CreateCompressionStream(target, CompressionLevel.Optimal)) stream.Write(new byte[length]);
        return target.ToArray();
    }

    private static long Unpack(BoundedGzip gzip, byte[] packed)
    {
        using var stream = gzip.CreateDecompressionStream(new MemoryStream(packed));
        var buffer = new byte[64 << 10];
        long all = 0;
        for (int read; (read = stream.Read(buffer)) > 0;) all += read;
        return all;
    }
}
