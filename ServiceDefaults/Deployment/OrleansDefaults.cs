using Microsoft.Extensions.Configuration;

namespace OrleansStream.ServiceDefaults.Deployment;

/// <summary>
/// What the section <c>Orleans</c> is when nobody says otherwise: a cluster on the database <c>orleansdb</c>. And the other way round: where Aspire's keys name a database or a
/// broker, the product's own settings follow.
/// </summary>
public static class OrleansDefaults
{
    public const string Database = "orleansdb";
    public const string PostgresDatabase = "PostgresDatabase";
    public const string KafkaServer = "KafkaServer";
    private const string Name = "orleansstream", Gateway = "gateway";

    public static IReadOnlyDictionary<string, string?> Of(IConfiguration configuration, DeploymentRole role)
    {
        if (role == DeploymentRole.Web) return Pages(configuration);
        var values = new Dictionary<string, string?> { ["Orleans:ClusterId"] = Name, ["Orleans:ServiceId"] = Name };
        // Aspire's AppHost sets it; who exports traces without Aspire wants calls between grains in them, too.
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) values["Orleans:EnableDistributedTracing"] = "true";
        if (DatabaseKey(configuration) is { } database) values["OrleansStream:Storage:Postgres:ConnectionName"] = database;
        if (BrokerKey(configuration) is { } broker) values["OrleansStream:Kafka:ConnectionName"] = broker;
        if (role == DeploymentRole.Local) return values;
        string key = DatabaseKey(configuration) ?? configuration["OrleansStream:Storage:Postgres:ConnectionName"] ?? Database;
        Provide("Clustering");
        if (role == DeploymentRole.Silo) Provide("Reminders");
        return values;

        void Provide(string section)
        {
            if (configuration.GetSection($"Orleans:{section}").Exists()) return;
            values[$"Orleans:{section}:ProviderType"] = PostgresDatabase;
            values[$"Orleans:{section}:ServiceKey"] = key;
        }
    }

    /// <summary>A gateway that Aspire's AppHost refers to is found by its name, through service discovery.</summary>
    private static Dictionary<string, string?> Pages(IConfiguration configuration)
    {
        var gateway = configuration.GetSection($"services:{Gateway}");
        if (!gateway.Exists()) return [];
        return new() { ["OrleansStream:Web:GatewayUrl"] = $"{(gateway.GetSection("https").Exists() ? "https" : "http")}://{Gateway}" };
    }

    private static string? DatabaseKey(IConfiguration configuration) => Key(configuration.GetSection("Orleans:Clustering"), PostgresDatabase);

    private static string? BrokerKey(IConfiguration configuration) =>
        configuration.GetSection("Orleans:Streaming").GetChildren().Select(stream => Key(stream, KafkaServer)).FirstOrDefault(key => key is not null);

    private static string? Key(IConfigurationSection provider, string type) =>
        provider["ProviderType"] == type && provider["ServiceKey"] is { Length: > 0 } key ? key : null;
}
