using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Cluster;
using OrleansStream.Gateway.Hosting;
using OrleansStream.Gateway.Otlp.Listeners;
using OrleansStream.ServiceDefaults;
using OrleansStream.Streams.Embedded;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>
/// Every endpoint that a gateway maps, also those that the API's document does not name: Orleans' dashboard, gRPC, OTLP's own ports, metrics. The program is put together as
/// <c>Program.cs</c> does and never started. <see cref="RouteScopeTests"/> then asks a running process.
/// </summary>
public sealed class EveryEndpointTests : IDisposable
{
    /// <summary>What is for everybody, and nothing else.</summary>
    private static readonly string[] Open = ["/health/live", "/health/ready", "/openapi/v1.json", "/scalar", "/scalar/{documentName?}", "/scalar/scalar.js", "/scalar/scalar.aspnetcore.js", "/scalar/favicon.svg"];

    /// <summary>gRPC's answers to calls of services and methods that do not exist name no scope: no key opens them.</summary>
    private const string Unimplemented = "{unimplemented";

    private readonly ScratchDirectory _data = new();

    [Fact]
    public async Task NamesAScopeThatKeysHave_OrIsOneOfTheOpenOnes()
    {
        await using var app = Gateway();
        var routes = RoutesOf(app);
        var wrong = new List<string>();
        var open = new List<string>();
        foreach (var route in routes)
        {
            string path = "/" + route.RoutePattern.RawText!.Trim('/');
            if (path.Contains(Unimplemented, StringComparison.Ordinal)) continue;
            if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null) open.Add(path);
            else if (route.Metadata.GetMetadata<RequiredScope>() is not { } scope || route.Metadata.GetOrderedMetadata<IAuthorizeData>().All(a => a.Policy != scope.Scope)) wrong.Add($"{route.DisplayName} names no scope");
        }
        wrong.AddRange(open.Where(path => !Open.Contains(path)).Select(path => $"{path} is open to everybody"));
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/orleans", Scope.Operate)]
    [InlineData("/orleans/DashboardCounters", Scope.Operate)]
    [InlineData("/metrics", Scope.Read)]
    [InlineData("/v1/logs", Scope.Ingest)]
    [InlineData("/opentelemetry.proto.collector.logs.v1.LogsService/Export", Scope.Ingest)]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", Scope.Ingest)]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Scope.Ingest)]
    public async Task IsAmongThem_SoThatTheOthersAreLookedAtToo(string path, string scope)
    {
        await using var app = Gateway();
        var routes = RoutesOf(app).Where(r => "/" + r.RoutePattern.RawText!.Trim('/') == path).ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.Equal(scope, route.Metadata.GetMetadata<RequiredScope>()?.Scope));
    }

    public void Dispose() => _data.Dispose();

    private static List<RouteEndpoint> RoutesOf(WebApplication app) => [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>As the gateway's Program, and OTLP's own ports with it; on the log that needs no broker.</summary>
    private WebApplication Gateway()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // A gateway does not make what grains need; Development would try to.
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = false);
        builder.AddServiceDefaults();
        builder.Services.AddEmbeddedLog(log => log.Directory = Path.Combine(_data.Path, "log"));
        builder.UseOrleansClient(client => client.UseLocalhostClustering().AddOperatorDashboard(builder.Configuration));
        builder.AddGateway();
        var app = builder.Build();
        app.MapHealth();
        app.MapMetrics().RequireScope(Scope.Read);
        app.MapGateway();
        app.MapOperatorDashboard();
        OtlpPipeline.MapHttp(app);
        OtlpPipeline.MapGrpc(app);
        return app;
    }
}
