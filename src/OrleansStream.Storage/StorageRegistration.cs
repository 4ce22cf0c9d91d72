using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Stock;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage;

/// <summary>What the registrations of all databases share.</summary>
internal static class StorageRegistration
{
    /// <summary>The checkpoint store that the configuration asks for, and the migration that runs before whatever is registered after it.</summary>
    /// <param name="services">Of the host.</param>
    /// <param name="groupCommit">The store by group commit.</param>
    /// <param name="stock">The store on Orleans' provider.</param>
    /// <param name="migrate">Brings the schema up to date.</param>
    public static void AddCheckpointStore<TStore>(
        this IServiceCollection services, Func<IServiceProvider, TStore> groupCommit, Func<IServiceProvider, StockCheckpointStore> stock, Func<TStore, CancellationToken, Task> migrate)
        where TStore : class, ICheckpointStore
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(groupCommit);
        services.AddSingleton(stock);
        services.AddSingleton<ICheckpointStore>(sp => sp.GetRequiredService<IOptions<StorageOptions>>().Value.Provider == StorageOptions.Stock
            ? sp.GetRequiredService<StockCheckpointStore>()
            : sp.GetRequiredService<TStore>());
        // Not AddHostedService: it takes two databases' migrations for one, and runs the first only.
        services.AddSingleton<IHostedService>(sp => new Migration(async cancellationToken =>
        {
            await migrate(sp.GetRequiredService<TStore>(), cancellationToken).ConfigureAwait(false);
            if (sp.GetRequiredService<ICheckpointStore>() is not StockCheckpointStore started) return;
            await started.StartAsync().ConfigureAwait(false);
            sp.GetRequiredService<ILogger<StockCheckpointStore>>().LogWarning(
                "State is kept by Orleans' stock provider ({Section}:Provider is {Stock}): one transaction per key, no output history, no timers.", StorageOptions.Section, StorageOptions.Stock);
        }));
    }

    private sealed class Migration(Func<CancellationToken, Task> run) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => run(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
