using Microsoft.Extensions.Configuration;

namespace OrleansStream.ServiceDefaults.Deployment;

/// <summary>What cannot work, all of it at once, each with the way out. Only what the configuration itself shows: brokers and databases say the rest.</summary>
public static class DeploymentErrors
{
    public static IReadOnlyList<string> Of(IConfiguration configuration, DeploymentRole role)
    {
        if (role == DeploymentRole.Web) return [.. Pages(configuration)];
        var choice = DeploymentChoice.Of(configuration, role);
        return [.. Choices(choice), .. Connections(configuration, choice), .. Cluster(configuration, role), .. Keys(configuration, role)];
    }

    private static IEnumerable<string> Choices(DeploymentChoice choice)
    {
        if (choice.Log is not (DeploymentChoice.Embedded or DeploymentChoice.Kafka))
            yield return $"OrleansStream:Log is '{choice.Log}': set it to embedded or kafka.";
        if (choice.Storage is not (DeploymentChoice.Sqlite or DeploymentChoice.Postgres))
            yield return $"OrleansStream:Storage:Provider is '{choice.Storage}': set it to sqlite or postgres.";
        if (choice.Role == DeploymentRole.Local) yield break;
        if (choice.Log == DeploymentChoice.Embedded)
            yield return $"OrleansStream:Log is embedded, which one process owns; a {Name(choice.Role)} is one of several. Set it to kafka, or run OrleansStream.Local.";
        if (choice.Role == DeploymentRole.Silo && choice.Storage == DeploymentChoice.Sqlite)
            yield return "OrleansStream:Storage:Provider is sqlite, a file of one machine; silos share their states. Set it to postgres, or run OrleansStream.Local.";
    }

    private static IEnumerable<string> Connections(IConfiguration configuration, DeploymentChoice choice)
    {
        string kafka = configuration["OrleansStream:Kafka:ConnectionName"] ?? "kafka";
        if (choice.Log == DeploymentChoice.Kafka && IsEmpty(configuration["OrleansStream:Kafka:BootstrapServers"]) && IsEmpty(configuration.GetConnectionString(kafka)))
            yield return $"No broker is named: set ConnectionStrings:{kafka} to host:port, several separated by commas.";
        string postgres = configuration["OrleansStream:Storage:Postgres:ConnectionName"] ?? OrleansDefaults.Database;
        if (choice.Role != DeploymentRole.Gateway && choice.Storage == DeploymentChoice.Postgres
            && IsEmpty(configuration["OrleansStream:Storage:Postgres:ConnectionString"]) && IsEmpty(configuration.GetConnectionString(postgres)))
            yield return $"States have no place: set ConnectionStrings:{postgres}, for example to Host=db;Database=orleansdb;Username=…;Password=….";
    }

    private static IEnumerable<string> Cluster(IConfiguration configuration, DeploymentRole role)
    {
        var clustering = configuration.GetSection("Orleans:Clustering");
        if (role == DeploymentRole.Local)
        {
            if (clustering.Exists()) yield return "Orleans:Clustering is set, and Local is a cluster of one. Leave it out, or run OrleansStream.Silo and OrleansStream.Gateway.";
            yield break;
        }
        foreach (string section in role == DeploymentRole.Silo ? ["Clustering", "Reminders"] : new[] { "Clustering" })
        {
            var provider = configuration.GetSection($"Orleans:{section}");
            if (provider["ProviderType"] is "Memory" or "Development") continue;
            string name = provider["ServiceKey"] ?? provider["ConnectionName"] ?? OrleansDefaults.Database;
            if (IsEmpty(provider["ConnectionString"]) && IsEmpty(configuration.GetConnectionString(name)))
                yield return $"Orleans:{section} has no database: set ConnectionStrings:{name}, for example to Host=db;Database={name};Username=…;Password=….";
        }
        if (clustering["ProviderType"] is "Memory" or "Development")
            yield return $"Orleans:Clustering:ProviderType is {clustering["ProviderType"]}, which other processes cannot see: set it to AdoNet or PostgresDatabase, or leave Orleans:Clustering out.";
    }

    private static IEnumerable<string> Keys(IConfiguration configuration, DeploymentRole role)
    {
        if (role != DeploymentRole.Gateway) yield break;
        if (string.Equals(configuration["OrleansStream:Auth:Mode"], "open", StringComparison.OrdinalIgnoreCase))
            yield return "OrleansStream:Auth:Mode is open, which only Local on loopback may be: leave it out.";
        if (IsEmpty(configuration["OrleansStream:Auth:BootstrapKeyFile"]) && IsEmpty(configuration["OrleansStream:Auth:BootstrapKey"]))
            yield return "A gateway does not start without keys: set OrleansStream:Auth:BootstrapKeyFile to the file of a first key (it is made when it is not there), or OrleansStream:Auth:BootstrapKey to the key.";
    }

    private static IEnumerable<string> Pages(IConfiguration configuration)
    {
        string? url = configuration["OrleansStream:Web:GatewayUrl"];
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            yield return $"The pages have no API{(IsEmpty(url) ? "" : $" at '{url}'")}: set OrleansStream:Web:GatewayUrl to where a gateway is, for example to http://127.0.0.1:5080.";
    }

    private static string Name(DeploymentRole role) => role == DeploymentRole.Silo ? "silo" : "gateway";

    private static bool IsEmpty(string? text) => string.IsNullOrWhiteSpace(text);
}
