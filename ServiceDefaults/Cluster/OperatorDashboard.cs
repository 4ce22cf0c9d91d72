using Microsoft.Extensions.Configuration;

namespace OrleansStream.ServiceDefaults.Cluster;

/// <summary>
/// Orleans' dashboard under <c>/orleans</c> of a gateway, for keys with the scope <c>operate</c>; <c>OrleansStream:Dashboard:Enabled</c> (default true) of silos and gateways
/// alike. A browser asks for the key: any user name, the key as password.
/// </summary>
public static class OperatorDashboard
{
    public const string Path = "/orleans";

    public static bool IsOn(IConfiguration configuration) => configuration.GetValue("OrleansStream:Dashboard:Enabled", true);
}
