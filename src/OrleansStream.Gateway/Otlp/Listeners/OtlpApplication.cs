using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansStream.Gateway.Otlp.Listeners;

/// <summary>Runs a pipeline for each request of a server that is not the host's own.</summary>
internal sealed class OtlpApplication(IServiceProvider services, RequestDelegate pipeline) : IHttpApplication<HttpContext>
{
    private readonly IHttpContextFactory _contexts = services.GetRequiredService<IHttpContextFactory>();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => _contexts.Create(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

    public void DisposeContext(HttpContext context, Exception? exception) => _contexts.Dispose(context);
}
