using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace OrleansStream.Web.Gateway;

/// <summary>Where the API is: as configured, else at the address this process listens on.</summary>
internal sealed class GatewayAddress(IOptions<WebOptions> options, IServer server)
{
    /// <exception cref="InvalidOperationException">Nothing is configured and the process does not listen yet.</exception>
    public Uri Url => options.Value.GatewayUrl ?? Own(server);

    /// <summary>Where this process listens.</summary>
    /// <exception cref="InvalidOperationException">It does not listen yet.</exception>
    public static Uri Own(IServer server)
    {
        string? address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        if (address is null) throw new InvalidOperationException($"Set {WebOptions.Section}:GatewayUrl to where the API is.");
        var listening = BindingAddress.Parse(address);
        // What listens on every address is reached on this one.
        string host = listening.Host is "*" or "+" or "[::]" or "0.0.0.0" ? "127.0.0.1" : listening.Host;
        return new UriBuilder(listening.Scheme, host, listening.Port).Uri;
    }
}
