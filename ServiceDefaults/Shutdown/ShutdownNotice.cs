using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansStream.ServiceDefaults.Shutdown;

/// <summary>
/// Between being told to end and ending: <c>/health/ready</c> is red already, and whatever still comes is served, so that balancers that look now and then send nothing
/// more when the process stops to listen.
/// </summary>
internal sealed class ShutdownNotice(IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService
{
    // Before any part of the host stops, the web server above all.
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(options.Value.Notice, time, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public static class ShutdownExtensions
{
    /// <summary>For a process behind a balancer.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="usual">How long it is unless configured otherwise; null for the default of the options.</param>
    public static IServiceCollection AddShutdownNotice(this IServiceCollection services, TimeSpan? usual = null)
    {
        services.AddOptions<ShutdownOptions>().Configure(shutdown => shutdown.Notice = usual ?? shutdown.Notice).BindConfiguration(ShutdownOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddHostedService<ShutdownNotice>();
    }
}
