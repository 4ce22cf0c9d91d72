using System.Net.Sockets;
using System.Text;
using OrleansStream.Gateway.Tests.Auth;

namespace OrleansStream.Gateway.Tests.Limits;

/// <summary>The product with keys and with limits that a test can reach.</summary>
public sealed class LimitedGateway : KeyedGateway
{
    public const int Burst = 60, StreamsPerAddress = 3;

    protected override IReadOnlyList<string> Arguments { get; } =
    [
        // What is used up comes back after hours only: no test waits, and none is too slow.
        $"--OrleansStream:Limits:Key:Requests={Burst}", $"--OrleansStream:Limits:Key:Burst={Burst}", "--OrleansStream:Limits:Key:Period=10:00:00",
        $"--OrleansStream:Limits:EventStreamsPerAddress={StreamsPerAddress}",
        "--OrleansStream:Limits:HeadersTimeout=00:00:01", "--OrleansStream:Limits:BodyTimeout=00:00:01",
        "--OrleansStream:Limits:HeaderCount=40", "--OrleansStream:Limits:HeaderBytes=8192",
        "--OrleansStream:Limits:BodyMemory=8388608",
        "--Logging:LogLevel:OrleansStream=Debug",
    ];

    /// <summary>What the server says until it closes the connection.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(Url.Host, Url.Port, stop);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), stop);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(stop);
    }
}
