using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using OrleansStream.Web.Components.Layout;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Hosting;

/// <summary>Asks for each page once when the process has started: else the first visitor waits two seconds for what is compiled then.</summary>
internal sealed class PageWarmUp(IServer server, IHostApplicationLifetime lifetime, IHttpClientFactory clients, IOptions<WebOptions> options, ILogger<PageWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.WarmUp || !await StartedAsync(stoppingToken)) return;
        using var client = clients.CreateClient(nameof(PageWarmUp));
        foreach (var (href, _, _) in NavBar.Pages)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(GatewayAddress.Own(server), href), stoppingToken);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidOperationException)
            {
                // The page is as slow as it was for its first visitor, nothing else.
                logger.LogDebug(e, "The page {Page} was not rendered beforehand.", href);
                return;
            }
        }
    }

    private async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stop = stoppingToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }
}
