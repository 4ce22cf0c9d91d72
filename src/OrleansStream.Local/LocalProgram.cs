using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Demo;
using OrleansStream.Gateway.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.ServiceDefaults.Shutdown;
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
        bool onlyBacksUp = args is [BackupCommand.Name, ..];
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = onlyBacksUp ? args[Math.Min(2, args.Length)..] : args, ContentRootPath = AppContext.BaseDirectory });

        if (onlyBacksUp) return BackupCommand.Run(builder.Configuration.DataDirectory(), args.ElementAtOrDefault(1));
        builder.AddHostDefaults(LocalHosting.DefaultUrl);
        if (!builder.TryDeploy(DeploymentRole.Local)) return 1;
        builder.AddLocalDefaults();
        builder.AddServiceDefaults();
        builder.Services.AddShutdownNotice(TimeSpan.Zero);
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
