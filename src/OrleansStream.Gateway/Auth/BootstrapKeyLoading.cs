using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansStream.Gateway.Auth;

/// <summary>Reads the first key when the host starts, so that a file that cannot work stops the start and not the first request.</summary>
internal sealed class BootstrapKeyLoading(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetService(typeof(BootstrapKey));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static BootstrapKey Load(IServiceProvider services) => BootstrapKey.Load(
        (IOptions<AuthOptions>)services.GetService(typeof(IOptions<AuthOptions>))!, (ILogger<BootstrapKey>)services.GetService(typeof(ILogger<BootstrapKey>))!);
}
