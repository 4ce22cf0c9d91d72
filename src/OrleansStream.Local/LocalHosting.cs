using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Otlp;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Kafka;

namespace OrleansStream.Local;

/// <summary>What makes Local local: one data directory, loopback only, one silo that nobody joins.</summary>
internal static class LocalHosting
{
    public const string DefaultUrl = "http://127.0.0.1:5080", LogFolder = "log", StateFile = "state.db";

    /// <summary>Whoever may reach it while it is open names it by one of these.</summary>
    public static void AddLocalDefaults(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddUsualOtlpPorts();
        builder.Services.AddHostFiltering(o =>
        {
            o.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"];
            o.IncludeFailureMessage = false;
        });
    }

    /// <summary>Files in the data directory (<c>--data</c> or <c>OrleansStream:DataDirectory</c>), or Kafka.</summary>
    public static void AddLocalLog(this WebApplicationBuilder builder)
    {
        if (builder.Choice().Log == DeploymentChoice.Kafka) builder.Services.AddKafkaLog();
        else builder.Services.AddEmbeddedLog(log =>
        {
            if (log.Directory.Length == 0) log.Directory = Path.Combine(builder.DataDirectory(), LogFolder);
        });
    }

    /// <summary>A file in the data directory, or PostgreSQL.</summary>
    public static void AddLocalStorage(this WebApplicationBuilder builder)
    {
        if (builder.Choice().Storage == DeploymentChoice.Postgres) builder.Services.AddPostgresStorage();
        else builder.Services.AddSqliteStorage(sqlite =>
        {
            if (sqlite.File.Length == 0) sqlite.File = Path.Combine(builder.DataDirectory(), StateFile);
        });
    }

    /// <summary>A cluster of one on free loopback ports, with no gateway for remote clients.</summary>
    public static ISiloBuilder UseOneProcess(this ISiloBuilder silo) =>
        silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "orleansstream", clusterId: "local");

    /// <summary>Open as long as nobody else can reach it and no first key is configured.</summary>
    /// <returns>False when other machines could reach it and there is no key; the error output says so.</returns>
    public static bool TryOpenOnLoopback(this WebApplicationBuilder builder)
    {
        bool hasKey = builder.Configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.BootstrapKeyFile)}"] is { Length: > 0 };
        bool asksForKeys = string.Equals(builder.Configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.Mode)}"], nameof(AuthMode.Keys), StringComparison.OrdinalIgnoreCase);
        builder.Services.PostConfigure<AuthOptions>(auth => auth.Mode = hasKey || asksForKeys ? AuthMode.Keys : AuthMode.Open);
        if (hasKey || builder.Configuration.Urls().FirstOrDefault(url => !BindingAddress.Parse(url).Host.TrimStart('[').TrimEnd(']').IsLoopback()) is not { } open) return true;
        Console.Error.WriteLine(
            $"OrleansStream.Local cannot start: '{open}' can be reached from other machines, and there is no key. Listen on 127.0.0.1, [::1] or localhost, or set " +
            $"{AuthOptions.Section}:{nameof(AuthOptions.BootstrapKeyFile)} to the file of a first key (it is made when it is not there).");
        return false;
    }

    /// <summary>Open without keys, so reachable from this machine only: by address and by host name (DNS rebinding).</summary>
    public static void UseLocalHostsWhenOpen(this WebApplication app)
    {
        if (app.IsOpen()) app.UseHostFiltering();
    }

    public static void AnnounceWhenReady(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        app.Logger.LogInformation("OrleansStream is ready at {Urls}, {Access}. Data: {Directory}. Reference: {Scalar}/scalar",
            string.Join(", ", addresses), app.IsOpen() ? "open without keys on this machine only" : "with keys", app.Services.GetRequiredService<IConfiguration>().DataDirectory(), addresses.First());
    });

    private static bool IsOpen(this WebApplication app) => app.Services.GetRequiredService<IOptions<AuthOptions>>().Value.Mode == AuthMode.Open;

    private static string[] Urls(this ConfigurationManager configuration) =>
    [
        .. (configuration["urls"] is { Length: > 0 } urls ? urls : DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries),
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>(),
    ];

    private static DeploymentChoice Choice(this WebApplicationBuilder builder) => DeploymentChoice.Of(builder.Configuration, DeploymentRole.Local);

    private static string DataDirectory(this WebApplicationBuilder builder) => builder.Configuration.DataDirectory();

    public static string DataDirectory(this IConfiguration configuration) =>
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
