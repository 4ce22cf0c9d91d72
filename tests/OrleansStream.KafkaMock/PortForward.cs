using System.Net;
using System.Net.Sockets;

namespace OrleansStream.KafkaMock;

/// <summary>A port of one's choice in front of a broker, whose own is random: enough to bootstrap, for the brokers then say where they are.</summary>
internal sealed class PortForward(int port, IPEndPoint target) : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port);

    public void Start()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ForwardAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var broker = new TcpClient();
        try
        {
            await broker.ConnectAsync(target);
            await Task.WhenAny(client.GetStream().CopyToAsync(broker.GetStream()), broker.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Whoever was connected sees a connection that is cut.
        }
    }
}
