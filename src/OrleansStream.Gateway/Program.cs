using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Cluster;
using OrleansStream.Gateway.Hosting;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.ServiceDefaults.Shutdown;
using OrleansStream.Streams.Kafka;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddHostDefaults("http://127.0.0.1:5080");
if (!builder.TryDeploy(DeploymentRole.Gateway)) return 1;
builder.AddServiceDefaults();
builder.Services.AddShutdownNotice();
builder.Services.AddKafkaLog();
builder.UseOrleansClient(client => client.UseCluster().AddOperatorDashboard(builder.Configuration));
builder.AddGateway();

var app = builder.Build();

app.MapHealth();
app.MapMetrics().RequireScope(Scope.Read);
app.MapGateway();
app.MapOperatorDashboard();

return await app.RunToEndAsync();
