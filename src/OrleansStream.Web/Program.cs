using OrleansStream.ServiceDefaults;
using OrleansStream.Web.Hosting;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddServiceDefaults();
builder.AddWebPages();

var app = builder.Build();

app.MapHealth();
app.MapMetrics();
app.MapWebPages();

return await app.RunToEndAsync();
