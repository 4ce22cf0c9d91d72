using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Demo;
using OrleansStream.Gateway.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Silo;
using OrleansStream.Streams.Hosting;
using OrleansStream.Web.Hosting;

namespace OrleansStream.Local;

/// <summary>Everything in one process, for programs that bring processors of their own (docs/EXTENDING.md).</summary>
public static class LocalProgram
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="args">The command line, as <c>OrleansStream.Local</c> takes it.</param>
    /// <param name="add">What the program adds, processors above all.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder>? add = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        builder.AddHostDefaults(LocalHosting.DefaultUrl);
        if (!builder.TryDeploy(DeploymentRole.Local)) return 1;
        builder.AddLocalDefaults();
        builder.AddServiceDefaults();
        builder.AddLocalLog();
        builder.AddLocalStorage();
        builder.UseOrleans(silo => silo.UseOneProcess().AddOrleansStream());
        builder.Services.AddDrainOnShutdown();
        builder.AddGateway();
        if (!builder.TryOpenOnLoopback()) return 1;
        builder.AddDemo();
        builder.AddWebPages();
        add?.Invoke(builder);

        var app = builder.Build();

        app.UseLocalHostsWhenOpen();
        app.MapHealth();
        app.MapMetrics().RequireScope(Scope.Read);
        app.MapGateway();
        app.MapWebPages();
        app.AnnounceWhenReady();

        return await app.RunToEndAsync();
    }
}
