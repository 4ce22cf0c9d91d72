using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Stock;

namespace OrleansStream.Storage.Postgres;

/// <summary>Adds the store on PostgreSQL.</summary>
public static class PostgresStorageExtensions
{
    /// <summary>
    /// Adds the PostgreSQL store, and the schema that Orleans' clustering, reminders and storage packages need beside it. Call it before the silo is added: the schema
    /// is brought up to date first.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, Action<PostgresStorageOptions>? configure = null)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<PostgresStorageOptions>, PostgresOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgresStorageOptions>, PostgresOptionsSetup>());
        services.AddOptions<PostgresStorageOptions>()
            .BindConfiguration(PostgresStorageOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddCheckpointStore(
            sp => ActivatorUtilities.CreateInstance<PostgresCheckpointStore>(sp),
            sp => StockStores.Postgres(sp.GetRequiredService<IOptions<PostgresStorageOptions>>().Value, sp),
            (store, cancellationToken) => store.MigrateAsync(cancellationToken));
        return services;
    }
}
