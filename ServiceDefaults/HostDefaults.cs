using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace OrleansStream.ServiceDefaults;

/// <summary>How every process of the product logs, stops and tells the time unless its configuration says otherwise.</summary>
public static class HostDefaults
{
    /// <summary>How long stopping may take unless <c>DOTNET_shutdownTimeoutSeconds</c> says otherwise.</summary>
    public const string ShutdownTimeoutSeconds = "25";

    /// <summary>Settings that say where the web server listens.</summary>
    private static readonly string[] Listening = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    private static readonly Dictionary<string, string?> Usual = new()
    {
        // A drain takes up to 10 s; the silo's own stop comes after it. A pod's grace period is longer: DOTNET_shutdownTimeoutSeconds.
        ["shutdownTimeoutSeconds"] = ShutdownTimeoutSeconds,
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Orleans"] = "Warning",
        // Says at each start that its first check took as long as the machine is up.
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
        ["Logging:LogLevel:OrleansStream"] = "Information",
        // Orleans logs changes of the ring in its name.
        ["Logging:LogLevel:OrleansStream.Streams.Checkpoints.CheckpointService"] = "Warning",
        ["Logging:LogLevel:System"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss.fff ",
    };

    /// <param name="builder">The host's.</param>
    /// <param name="url">Where to listen when nothing is configured.</param>
    public static TBuilder AddHostDefaults<TBuilder>(this TBuilder builder, string url) where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.AddFallback(Usual);
        bool listens = Listening.Any(key => builder.Configuration.GetSection(key).Exists());
        if (!listens) builder.Configuration.AddFallback(new Dictionary<string, string?> { ["urls"] = url });
        builder.Services.TryAddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>Values that every other source of configuration goes before.</summary>
    public static void AddFallback(this IConfigurationManager configuration, IReadOnlyDictionary<string, string?> values) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
}
