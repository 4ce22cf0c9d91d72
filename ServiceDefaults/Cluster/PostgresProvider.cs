using Microsoft.Extensions.Configuration;

namespace OrleansStream.ServiceDefaults.Cluster;

/// <summary>What all providers on a PostgreSQL database read from their section.</summary>
public static class PostgresProvider
{
    /// <summary>Orleans' name of the driver.</summary>
    public const string Invariant = "Npgsql";

    /// <summary><c>ConnectionString</c>, or the one that <c>ServiceKey</c> (Aspire) or <c>ConnectionName</c> names.</summary>
    /// <exception cref="OrleansConfigurationException">There is none.</exception>
    public static string ConnectionString(IConfigurationSection section, IConfiguration configuration)
    {
        if (section["ConnectionString"] is { Length: > 0 } given) return given;
        string? key = section["ServiceKey"] ?? section["ConnectionName"];
        return key is not null && configuration.GetConnectionString(key) is { Length: > 0 } named
            ? named
            : throw new OrleansConfigurationException($"{section.Path} has no database: set ConnectionStrings:{key ?? "NAME"} and {section.Path}:ServiceKey.");
    }
}
