using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.ServiceDefaults.Shutdown;
using OrleansStream.Web.Hosting;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddHostDefaults("http://127.0.0.1:5090");
if (!builder.TryDeploy(DeploymentRole.Web)) return 1;
builder.AddServiceDefaults();
builder.Services.AddShutdownNotice();
builder.AddWebPages();

var app = builder.Build();

app.MapHealth();
app.MapMetrics();
app.MapWebPages();

return await app.RunToEndAsync();
