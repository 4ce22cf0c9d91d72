using System.Net;
using System.Net.Sockets;

namespace OrleansStream.Testing;

/// <summary>
/// Ports of the loopback interface that nobody uses at the moment. Below those that the system gives to connections: between a test's look and its server's start
/// one of a cluster's hundreds of connections would take such a port.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000, End = 32_000;

    /// <summary>Test assemblies that run at once begin at different places.</summary>
    private static int _last = Environment.ProcessId * 97 % (End - First);

    public static int Next()
    {
        for (int tried = 0; tried < End - First; tried++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref _last) % (End - First));
            if (IsFree(port)) return port;
        }
        throw new InvalidOperationException($"No port from {First} to {End - 1} is free.");
    }

    /// <summary>Several, all different.</summary>
    public static int[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    public static Uri Url(int port = 0) => new(FormattableString.Invariant($"http://127.0.0.1:{(port == 0 ? Next() : port)}"));

    private static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
