using OrleansStream.Gateway.Hosting;
using OrleansStream.Local;
using OrleansStream.ServiceDefaults;
using OrleansStream.Silo;
using OrleansStream.Streams.Hosting;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddLocalDefaults();
builder.AddServiceDefaults();
builder.AddLocalLog();
builder.AddLocalStorage();
builder.UseOrleans(silo => silo.UseOneProcess().AddOrleansStream());
builder.Services.AddDrainOnShutdown();
builder.AddGateway();

var app = builder.Build();

app.UseLocalHostsOnly();
app.MapServiceDefaults();
app.MapGateway();
app.AnnounceWhenReady();

await app.RunAsync();
