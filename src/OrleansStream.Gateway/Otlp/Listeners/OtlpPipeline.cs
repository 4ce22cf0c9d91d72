using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Limits;
using OrleansStream.Gateway.Otlp.Grpc;

namespace OrleansStream.Gateway.Otlp.Listeners;

/// <summary>What a request to one of OTLP's ports goes through: the same keys as the API's, and nothing but exports behind.</summary>
internal static class OtlpPipeline
{
    public static RequestDelegate Http(IServiceProvider services) => Build(services, MapHttp);

    public static RequestDelegate Grpc(IServiceProvider services) => Build(services, MapGrpc);

    /// <summary>All there is on the port of OTLP/HTTP.</summary>
    public static void MapHttp(IEndpointRouteBuilder routes) => routes.MapOtlpAlone();

    /// <summary>All there is on the port of OTLP/gRPC.</summary>
    public static void MapGrpc(IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<OtlpLogs>().RequireScope(Scope.Ingest);
        routes.MapGrpcService<OtlpMetricPoints>().RequireScope(Scope.Ingest);
        routes.MapGrpcService<OtlpSpans>().RequireScope(Scope.Ingest);
    }

    private static RequestDelegate Build(IServiceProvider services, Action<IEndpointRouteBuilder> map)
    {
        var app = new ApplicationBuilder(services);
        // Open without keys: only who names this machine may come, as on the API's port.
        bool open = services.GetRequiredService<IOptions<AuthOptions>>().Value.Mode == AuthMode.Open;
        if (open && services.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts.Count > 0) app.UseHostFiltering();
        app.UseRouting();
        app.UseKeysAndLimits();
        app.UseEndpoints(map);
        return app.Build();
    }
}
