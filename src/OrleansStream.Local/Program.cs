using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Demo;
using OrleansStream.Gateway.Hosting;
using OrleansStream.Local;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Silo;
using OrleansStream.Streams.Hosting;
using OrleansStream.Web.Hosting;

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

var app = builder.Build();

app.UseLocalHostsWhenOpen();
app.MapHealth();
app.MapMetrics().RequireScope(Scope.Read);
app.MapGateway();
app.MapWebPages();
app.AnnounceWhenReady();

return await app.RunToEndAsync();
