using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Orleans.Dashboard;
using OrleansStream.Gateway.Auth;
using OrleansStream.ServiceDefaults.Cluster;

namespace OrleansStream.Gateway.Cluster;

public static class DashboardExtensions
{
    /// <summary>Orleans' dashboard of the silos, which have it, too.</summary>
    public static IClientBuilder AddOperatorDashboard(this IClientBuilder client, IConfiguration configuration) =>
        OperatorDashboard.IsOn(configuration) ? client.AddDashboard(dashboard => dashboard.HideTrace = true) : client;

    public static void MapOperatorDashboard(this WebApplication app)
    {
        if (OperatorDashboard.IsOn(app.Configuration)) app.MapOrleansDashboard(OperatorDashboard.Path).RequireScope(Scope.Operate).WithMetadata(new ExcludeFromDescriptionAttribute());
    }
}
