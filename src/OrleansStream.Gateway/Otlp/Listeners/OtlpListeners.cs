using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Limits;

namespace OrleansStream.Gateway.Otlp.Listeners;

/// <summary>
/// OTLP's own ports. Each is a server of its own beside the API's, so that one that cannot be had stops nobody; they open when everything else has started and close first.
/// </summary>
internal sealed class OtlpListeners(
    IServiceProvider services, IConnectionListenerFactory transport, ILoggerFactory loggers, IOptions<OtlpOptions> options, IOptions<LimitOptions> limits, IConfiguration configuration, ILogger<OtlpListeners> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly List<KestrelServer> _servers = [];

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        OtlpMetrics.Begin();
        await ListenAsync("OTLP/gRPC", options.Value.GrpcPort, HttpProtocols.Http2, nameof(OtlpOptions.GrpcPort), OtlpPipeline.Grpc, cancellationToken);
        await ListenAsync("OTLP/HTTP", options.Value.HttpPort, HttpProtocols.Http1, nameof(OtlpOptions.HttpPort), OtlpPipeline.Http, cancellationToken);
    }

    // Not before: a process that was told to end serves for a moment what is on its way to it.
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_servers.Select(s => s.StopAsync(cancellationToken)));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _servers.ForEach(s => s.Dispose());

    private async Task ListenAsync(string name, int port, HttpProtocols protocols, string setting, Func<IServiceProvider, RequestDelegate> pipeline, CancellationToken cancellationToken)
    {
        if (port == 0) return;
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.Take(limits.Value);
        foreach (var address in Addresses()) kestrel.Listen(address, port, listen => listen.Protocols = protocols);
        var server = new KestrelServer(Options.Create(kestrel), transport, loggers);
        try
        {
            await server.StartAsync(new OtlpApplication(services, pipeline(services)), cancellationToken);
            _servers.Add(server);
            logger.LogInformation("{Name} is taken at port {Port}.", name, port);
        }
        catch (IOException e) when (options.Value.TakenPortIsWarning && e.InnerException is AddressInUseException or SocketException)
        {
            server.Dispose();
            logger.LogWarning("{Name} is not taken: port {Port} is in use. Stop what uses it, or set {Section}:{Setting}; 0 is none.", name, port, OtlpOptions.Section, setting);
        }
    }

    /// <summary>The one configured, else where the API listens: loopback, one address, or all.</summary>
    private IPAddress[] Addresses()
    {
        if (IPAddress.TryParse(options.Value.Address, out var own)) return [own];
        string url = (configuration["urls"] ?? "").Split(';')[0];
        string host = url.Length > 0 ? BindingHost(url) : "*";
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return [IPAddress.Loopback];
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];
    }

    private static string BindingHost(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Host;
        }
        catch (FormatException)
        {
            return "*";
        }
    }
}
