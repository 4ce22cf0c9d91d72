using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansStream.Testing;

/// <summary>Stands between a client and a server on this machine, and breaks or holds what passes when the test says so.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _answers = Opened();
    private volatile Partition? _cut;

    /// <param name="target">The server's port on 127.0.0.1.</param>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>While true, new connections are closed at once.</summary>
    public bool Refuses { get; set; }

    /// <summary>From now on nothing that the server says arrives, until <see cref="Release"/>.</summary>
    public void HoldAnswers() => _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _answers.TrySetResult();

    /// <summary>
    /// As if a cable were out: from now on nothing passes in either direction, and nobody is told, until <see cref="Mend"/>; then what was sent arrives late.
    /// </summary>
    /// <param name="from">By the client's port, which connections; default all.</param>
    public void Cut(Func<int, bool>? from = null) => _cut = new Partition(from ?? (_ => true));

    public void Mend()
    {
        var cut = _cut;
        _cut = null;
        cut?.Mended.TrySetResult();
    }

    /// <summary>Breaks all connections, at both ends.</summary>
    public void Break()
    {
        // A reset, not an orderly end.
        foreach (var socket in _open.Keys) socket.Close(timeout: 0);
        _open.Clear();
        Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Mend();
        Break();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Connections++;
            if (Refuses) client.Dispose();
            else _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        var (near, far) = (client.Client, server.Client);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            (_open[near], _open[far]) = (0, 0);
            int port = ((IPEndPoint)near.RemoteEndPoint!).Port;
            await Task.WhenAny(
                PumpAsync(client, server, () => WhenMendedAsync(port)),
                PumpAsync(server, client, async () =>
                {
                    await _answers.Task;
                    await WhenMendedAsync(port);
                }));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // That is what it is for.
        }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            client.Dispose();
        }
    }

    private async Task WhenMendedAsync(int port)
    {
        while (_cut is { } cut && cut.Holds(port)) await cut.Mended.Task;
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<Task> gate)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                await gate();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Broken, by the test or by an end.
        }
    }

    private sealed class Partition(Func<int, bool> from)
    {
        private readonly ConcurrentDictionary<int, bool> _known = [];

        public TaskCompletionSource Mended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Asked for every piece that passes: each connection is looked at once.</summary>
        public bool Holds(int port) => _known.GetOrAdd(port, from);
    }
}
