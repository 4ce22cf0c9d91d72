using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Silo;
using OrleansStream.Silo.Cluster;
using OrleansStream.Storage.Postgres;
using OrleansStream.Streams.Kafka;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddHostDefaults("http://127.0.0.1:5081");
if (!builder.TryDeploy(DeploymentRole.Silo)) return 1;
builder.AddServiceDefaults();
builder.Services.AddPostgresStorage();
builder.Services.AddKafkaLog();
builder.UseOrleans(silo => silo.UseCluster().AddOrleansStream());

var app = builder.Build();

app.MapHealth();
app.MapMetrics();

return await app.RunToEndAsync();
