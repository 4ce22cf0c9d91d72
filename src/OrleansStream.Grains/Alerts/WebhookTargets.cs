using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansStream.Grains.Alerts;

/// <summary>Which addresses webhooks may call: whoever sets one must not reach into the network that this process stands in.</summary>
public sealed class WebhookTargets(IOptions<WebhookOptions> options, IHostAddresses hosts)
{
    // Not public by the IANA special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry, …ipv6…).
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private readonly IPNetwork[] _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];

    /// <summary>What is wrong with a receiver's address; null for nothing. Names are looked up when something is sent, every time.</summary>
    public string? Error(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0) return "url is an absolute http or https URL.";
        if (uri.UserInfo.Length > 0) return "url must not hold credentials.";
        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)) return uri.IdnHost is "localhost" && !MayCall(IPAddress.Loopback) ? Refusal("localhost") : null;
        return MayCall(address) ? null : Refusal(address.ToString());
    }

    public bool MayCall(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return options.Value.AllowPrivateTargets || Array.Exists(_allowed, network => network.Contains(address)) || !Array.Exists(Special, network => network.Contains(address));
    }

    /// <summary>Connects to an address that was just looked up and may be called: nobody can answer the check with one and the connection with another.</summary>
    /// <exception cref="HttpRequestException">None may be, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await hosts.FindAsync(host, cancellationToken);
        var callable = addresses.Where(MayCall).ToArray();
        if (callable.Length == 0) throw new HttpRequestException(addresses.Count == 0 ? $"{host} has no address." : Refusal(host));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(callable, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Refusal(string host) =>
        $"{host} is not on the public network; OrleansStream:Webhooks:AllowPrivateTargets or :AllowedNetworks would allow it.";
}

/// <summary>Addresses of names.</summary>
public interface IHostAddresses
{
    Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken);
}

/// <summary>As the system's resolver says.</summary>
internal sealed class SystemHostAddresses : IHostAddresses
{
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken) => await Dns.GetHostAddressesAsync(host, cancellationToken);
}
