using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Limits;

/// <summary>Where a request comes from, as far as one client can be told from another.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    /// <summary>An IPv4 address; of an IPv6 address its /64, because a client has all of that to itself.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
