using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>One silo in this process, alone in its cluster, that says nothing but errors.</summary>
internal static class SiloHost
{
    /// <param name="services">What must start before the silo.</param>
    /// <param name="configure">The silo.</param>
    public static async Task<IHost> StartAsync(Action<IServiceCollection> services, Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        services(builder.Services);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePorts.Next(), gatewayPort: 0, serviceId: "bench", clusterId: "bench");
            configure(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public static async Task StopAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await host.StopAsync(limit.Token);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
