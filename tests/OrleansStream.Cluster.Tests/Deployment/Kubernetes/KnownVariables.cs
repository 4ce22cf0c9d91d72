using System.Reflection;
using OrleansStream.Gateway.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.Silo;
using OrleansStream.Storage.Postgres;
using OrleansStream.Streams;
using OrleansStream.Streams.Kafka;
using OrleansStream.Web.Hosting;

namespace OrleansStream.Cluster.Tests.Deployment.Kubernetes;

/// <summary>Which environment variables a process of the product reads: every property of every class of options with a section, and what the platform reads.</summary>
internal static class KnownVariables
{
    private static readonly string[] OfThePlatform =
    [
        "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "HTTP_PORTS", "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "DOTNET_shutdownTimeoutSeconds", "Logging__Console__FormatterName",
        "POD_NAME", "POD_NAMESPACE", "POD_IP", "ORLEANS_CLUSTER_ID", "ORLEANS_SERVICE_ID",
        "Orleans__ClusterId", "Orleans__ServiceId", "Orleans__Endpoints__AdvertisedIPAddress", "Orleans__EnableDistributedTracing",
        "ConnectionStrings__orleansdb", "ConnectionStrings__kafka",
        "OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
    ];

    private static readonly HashSet<string> Own = [.. new[] { typeof(HostDefaults), typeof(StreamMetrics), typeof(KafkaLogOptions), typeof(PostgresStorageOptions), typeof(SiloExtensions), typeof(GatewayExtensions), typeof(WebExtensions) }
        .Select(type => type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes()).SelectMany(Settings)];

    public static bool IsRead(string variable) => OfThePlatform.Contains(variable) || Own.Contains(variable);

    private static IEnumerable<string> Settings(Type type) =>
        type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null) is string section
            ? type.GetProperties().Select(property => $"{section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal))
            : [];
}
