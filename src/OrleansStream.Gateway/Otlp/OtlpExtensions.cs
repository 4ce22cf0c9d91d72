using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Otlp.Grpc;
using OrleansStream.Gateway.Otlp.Listeners;
using OrleansStream.ServiceDefaults;

namespace OrleansStream.Gateway.Otlp;

public static class OtlpExtensions
{
    /// <summary>OTLP on the API's port, and on ports of its own where they are configured.</summary>
    internal static IServiceCollection AddOtlp(this IServiceCollection services)
    {
        services.AddOptions<OtlpOptions>().BindConfiguration(OtlpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OtlpIngest>();
        services.AddGrpc();
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<OtlpOptions>>((grpc, otlp) =>
        {
            grpc.MaxReceiveMessageSize = otlp.Value.MaxExportBytes;
            grpc.EnableDetailedErrors = false;
            grpc.CompressionProviders.Add(new BoundedGzip(otlp.Value.MaxExportBytes));
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<OtlpLogs>, OtlpGrpcMethods<OtlpLogs>>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<OtlpMetricPoints>, OtlpGrpcMethods<OtlpMetricPoints>>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<OtlpSpans>, OtlpGrpcMethods<OtlpSpans>>());
        services.AddHostedService<OtlpListeners>();
        return services;
    }

    /// <summary>OTLP's usual ports, and no harm when another process has them.</summary>
    public static void AddUsualOtlpPorts(this IConfigurationManager configuration) => configuration.AddFallback(new Dictionary<string, string?>
    {
        [$"{OtlpOptions.Section}:{nameof(OtlpOptions.GrpcPort)}"] = "4317",
        [$"{OtlpOptions.Section}:{nameof(OtlpOptions.HttpPort)}"] = "4318",
        [$"{OtlpOptions.Section}:{nameof(OtlpOptions.TakenPortIsWarning)}"] = "true",
    });
}
