using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>
/// As much of a broker as a client sees that it does not know: it names its versions, takes part in the SASL handshake, and refuses the credentials, as brokers do. The mock
/// cluster knows no SASL.
/// </summary>
internal sealed class RefusingBroker : IDisposable
{
    private const short ApiVersions = 18, SaslHandshake = 17, SaslAuthenticate = 36, AuthenticationFailed = 58;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _refused;

    public RefusingBroker()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Bootstrap => $"{_listener.LocalEndpoint}";

    /// <summary>How often credentials were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        var stream = client.GetStream();
        try
        {
            byte[] size = new byte[4];
            while (true)
            {
                await stream.ReadExactlyAsync(size);
                int length = BinaryPrimitives.ReadInt32BigEndian(size);
                // Whoever speaks TLS sends no size.
                if (length is < 8 or > 1 << 20) return;
                byte[] request = new byte[length];
                await stream.ReadExactlyAsync(request);
                short api = BinaryPrimitives.ReadInt16BigEndian(request), version = BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2));
                byte[] answer = [.. request.AsSpan(4, 4), .. Answer(api, version)];
                byte[] framed = new byte[4 + answer.Length];
                BinaryPrimitives.WriteInt32BigEndian(framed, answer.Length);
                answer.CopyTo(framed, 4);
                await stream.WriteAsync(framed);
                if (api != SaslAuthenticate) continue;
                Interlocked.Increment(ref _refused);
                return;
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static byte[] Answer(short api, short version) => (api, version) switch
    {
        // Flexible from version 3 on: a count is one more and one byte, and tags follow.
        (ApiVersions, >= 3) => [0, 0, 5, .. Range(ApiVersions, 3), 0, .. Range(SaslHandshake, 1), 0, .. Range(SaslAuthenticate, 1), 0, .. Range(3, 4), 0, 0, 0, 0, 0, 0],
        (ApiVersions, _) => [0, 0, 0, 0, 0, 4, .. Range(ApiVersions, 3), .. Range(SaslHandshake, 1), .. Range(SaslAuthenticate, 1), .. Range(3, 4), .. version > 0 ? new byte[4] : []],
        (SaslHandshake, _) => [0, 0, 0, 0, 0, 1, .. Text("PLAIN")],
        (SaslAuthenticate, _) => [0, (byte)AuthenticationFailed, .. Text("Authentication failed: Invalid username or password"), 0, 0, 0, 0, .. version > 0 ? new byte[8] : []],
        _ => throw new IOException($"Request {api} without credentials."),
    };

    private static byte[] Range(short api, byte most) => [0, (byte)api, 0, 0, 0, most];

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
