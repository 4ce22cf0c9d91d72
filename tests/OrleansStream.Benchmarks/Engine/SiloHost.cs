using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>One silo in this process, as a rule alone in its cluster, that says nothing but errors.</summary>
internal static class SiloHost
{
    /// <param name="services">What must start before the silo.</param>
    /// <param name="configure">The silo.</param>
    /// <param name="port">Where other silos find it; 0 for any.</param>
    /// <param name="first">The port of the cluster's first silo; 0 when it is this one.</param>
    public static Task<IHost> StartAsync(Action<IServiceCollection> services, Action<ISiloBuilder> configure, int port = 0, int first = 0)
    {
        var builder = Builder(services);
        builder.UseOrleans(silo =>
        {
            int own = port == 0 ? FreePorts.Next() : port;
            silo.UseLocalhostClustering(own, gatewayPort: 0, first == 0 || first == own ? null : new IPEndPoint(IPAddress.Loopback, first), serviceId: "bench", clusterId: "bench");
            configure(silo);
        });
        return StartAsync(builder);
    }

    /// <summary>A host without a silo.</summary>
    public static Task<IHost> StartWithoutAsync(Action<IServiceCollection> services) => StartAsync(Builder(services));

    public static async Task StopAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await host.StopAsync(limit.Token);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private static HostApplicationBuilder Builder(Action<IServiceCollection> services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        services(builder.Services);
        return builder;
    }

    private static async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
