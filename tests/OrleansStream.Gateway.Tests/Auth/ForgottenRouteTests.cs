using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Auth;
using OrleansStream.Streams.Embedded;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>Who maps a route and says nothing of a scope has closed it.</summary>
public sealed class ForgottenRouteTests : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private WebApplication _app = null!;

    [Fact]
    public async Task OpensToNobody_WhenARouteNamesNoScope()
    {
        string key = (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).Trim();

        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/forgotten", null));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/forgotten", key));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/remembered", key));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("/nowhere", null));
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddEmbeddedLog(log => log.Directory = Path.Combine(_data.Path, "log"));
        builder.Services.AddApiKeys();
        builder.Services.Configure<AuthOptions>(auth => auth.BootstrapKeyFile = KeyFile);
        _app = builder.Build();
        _app.UseRouting();
        _app.UseApiKeys();
        _app.MapGet("/forgotten", () => "open");
        _app.MapGet("/remembered", () => "open").RequireScope(Scope.Read);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _data.Dispose();
    }

    private string KeyFile => Path.Combine(_data.Path, "first-key");

    private async Task<HttpStatusCode> GetAsync(string path, string? key)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        if (key is not null) client.DefaultRequestHeaders.Add("X-Api-Key", key);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
