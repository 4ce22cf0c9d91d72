using Microsoft.Extensions.Configuration;

namespace OrleansStream.ServiceDefaults.Deployment;

/// <summary>What a process is in a deployment.</summary>
public enum DeploymentRole
{
    /// <summary>All in one process, a cluster of one.</summary>
    Local,

    /// <summary>Hosts grains, beside others.</summary>
    Silo,

    /// <summary>The HTTP edge, a client of the silos.</summary>
    Gateway,

    /// <summary>The live pages, a client of a gateway.</summary>
    Web,
}

/// <summary>
/// The choices that hold for all modes, section <c>OrleansStream</c>: <c>Log</c> is <c>embedded</c> (Local's default) or <c>kafka</c>; <c>Storage:Provider</c> is
/// <c>sqlite</c> (Local's default) or <c>postgres</c>.
/// </summary>
/// <param name="Role">What the process is.</param>
/// <param name="Log">Where events lie; of no meaning to pages.</param>
/// <param name="Storage">Where states lie; of no meaning to a gateway or to pages.</param>
public sealed record DeploymentChoice(DeploymentRole Role, string Log, string Storage)
{
    public const string Embedded = "embedded", Kafka = "kafka", Sqlite = "sqlite", Postgres = "postgres";

    /// <summary>As configured, else what is usual for the role.</summary>
    public static DeploymentChoice Of(IConfiguration configuration, DeploymentRole role)
    {
        bool local = role == DeploymentRole.Local;
        return new DeploymentChoice(
            role,
            Text(configuration["OrleansStream:Log"], local ? Embedded : Kafka),
            Text(configuration["OrleansStream:Storage:Provider"], local ? Sqlite : Postgres));
    }

    private static string Text(string? value, string usual) => string.IsNullOrWhiteSpace(value) ? usual : value.Trim().ToLowerInvariant();
}
