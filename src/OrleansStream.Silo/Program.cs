using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.ServiceDefaults.Shutdown;
using OrleansStream.Silo;
using OrleansStream.Silo.Cluster;
using OrleansStream.Storage.Postgres;
using OrleansStream.Streams.Kafka;

bool onlyMigrates = args is ["migrate", ..];
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = onlyMigrates ? args[1..] : args, ContentRootPath = AppContext.BaseDirectory });

builder.AddHostDefaults("http://127.0.0.1:5081");
if (onlyMigrates) return await builder.MigrateAsync();
if (!builder.TryDeploy(DeploymentRole.Silo)) return 1;
builder.AddServiceDefaults();
builder.Services.AddShutdownNotice();
builder.Services.AddPostgresStorage();
builder.Services.AddKafkaLog();
builder.UseOrleans(silo => silo.UseCluster().AddOrleansStream().AddOperatorDashboard(builder.Configuration));

var app = builder.Build();

app.MapHealth();
app.MapMetrics();

return await app.RunToEndAsync();
