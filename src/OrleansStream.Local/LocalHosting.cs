using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;

namespace OrleansStream.Local;

/// <summary>What makes Local local: one data directory, loopback only, one silo that nobody joins.</summary>
internal static class LocalHosting
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary><c>--urls</c>, <c>--data</c> (or <c>OrleansStream:DataDirectory</c>), and a log people can read.</summary>
    public static void AddLocalDefaults(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls(DefaultUrl);
        // A drain takes up to 10 s; the silo's own stop comes after it.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddHostFiltering(o =>
        {
            o.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"];
            o.IncludeFailureMessage = false;
        });
        builder.Services.AddSingleton(TimeProvider.System);
    }

    public static void AddLocalLog(this WebApplicationBuilder builder) => builder.Services.AddEmbeddedLog(log =>
    {
        if (log.Directory.Length == 0) log.Directory = Path.Combine(builder.DataDirectory(), "log");
    });

    public static void AddLocalStorage(this WebApplicationBuilder builder) => builder.Services.AddSqliteStorage(sqlite =>
    {
        if (sqlite.File.Length == 0) sqlite.File = Path.Combine(builder.DataDirectory(), "state.db");
    });

    /// <summary>A cluster of one on free loopback ports, with no gateway for remote clients.</summary>
    public static ISiloBuilder UseOneProcess(this ISiloBuilder silo) =>
        silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "orleansstream", clusterId: "local");

    /// <summary>Open without keys, so reachable from this machine only: by address and by host name (DNS rebinding).</summary>
    public static void UseLocalHostsOnly(this WebApplication app)
    {
        foreach (string url in (app.Configuration["urls"] ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!BindingAddress.Parse(url).Host.TrimStart('[').TrimEnd(']').IsLoopback())
                throw new InvalidOperationException(
                    $"'{url}' can be reached from other machines, and Local has no keys. Listen on 127.0.0.1, [::1] or localhost.");
        }
        app.UseHostFiltering();
    }

    public static void AnnounceWhenReady(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        app.Logger.LogInformation("OrleansStream is ready at {Urls}, open without keys on this machine only. Data: {Directory}. Reference: {Scalar}/scalar",
            string.Join(", ", addresses), app.Services.GetRequiredService<IConfiguration>().DataDirectory(), addresses.First());
    });

    private static string DataDirectory(this WebApplicationBuilder builder) => builder.Configuration.DataDirectory();

    private static string DataDirectory(this IConfiguration configuration) =>
        Path.GetFullPath(configuration["data"] ?? configuration["OrleansStream:DataDirectory"] ?? ".orleansstream");

    private static bool IsLoopback(this string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
