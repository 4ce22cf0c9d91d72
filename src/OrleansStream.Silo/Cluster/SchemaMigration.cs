using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Schema;

namespace OrleansStream.Silo.Cluster;

/// <summary>
/// <c>OrleansStream.Silo migrate</c>: brings the database's schema up to date and ends. For deployments whose silos have no right to change it
/// (<c>OrleansStream:Storage:Postgres:Migrate</c> = false); where they do, each does the same at its start.
/// </summary>
internal static class SchemaMigration
{
    /// <returns>The exit code: 1 when it could not be done, for the reason that the error output says.</returns>
    public static async Task<int> MigrateAsync(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddFallback(OrleansDefaults.Of(builder.Configuration, DeploymentRole.Silo));
        builder.Services.AddPostgresStorage(storage => storage.Migrate = true);
        await using var services = builder.Services.BuildServiceProvider();
        try
        {
            await services.GetRequiredService<PostgresCheckpointStore>().MigrateAsync();
            await Console.Out.WriteLineAsync("The schema is up to date.");
            return 0;
        }
        catch (Exception e) when (e is SchemaException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync($"The schema cannot be brought up to date: {e.Message}");
            return 1;
        }
    }
}
