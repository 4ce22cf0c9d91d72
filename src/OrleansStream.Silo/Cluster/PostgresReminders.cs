using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using OrleansStream.ServiceDefaults.Cluster;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Silo.Cluster;

[assembly: RegisterProvider(OrleansDefaults.PostgresDatabase, "Reminders", "Silo", typeof(PostgresReminders))]

namespace OrleansStream.Silo.Cluster;

/// <summary><c>Orleans:Reminders</c> as Aspire's AppHost sets it: Orleans' AdoNet reminders.</summary>
internal sealed class PostgresReminders : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) => options.Configure<IConfiguration>((reminders, configuration) =>
            (reminders.Invariant, reminders.ConnectionString) = (PostgresProvider.Invariant, PostgresProvider.ConnectionString(configurationSection, configuration))));
}
