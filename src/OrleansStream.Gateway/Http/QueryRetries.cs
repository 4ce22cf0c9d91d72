using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Gateway.Http;

/// <summary>
/// A query that meets a silo on its way out is asked again: its key is somewhere else within seconds. Only what changes nothing (GET) and has not begun to answer; what is
/// handed in goes to the log, needs no silo, and is never repeated here.
/// </summary>
internal static class QueryRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15), FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>After routing, before the routes.</summary>
    public static IApplicationBuilder UseQueryRetries(this IApplicationBuilder app)
    {
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("OrleansStream.Gateway.QueryRetries");
        return app.Use((context, next) => HttpMethods.IsGet(context.Request.Method) ? AskAsync(context, next, time, logger) : next(context));
    }

    private static async Task AskAsync(HttpContext context, RequestDelegate next, TimeProvider time, ILogger logger)
    {
        long started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await next(context);
                return;
            }
            catch (Exception e) when (IsPassing(e) && !context.Response.HasStarted && time.GetElapsedTime(started) + pause < Limit && !context.RequestAborted.IsCancellationRequested)
            {
                logger.LogDebug(e, "A query is asked again.");
            }
            await Task.Delay(pause, time, context.RequestAborted);
        }
    }

    private static bool IsPassing(Exception e) => e is TimeoutException || (e is OrleansException && Outages.CodeOf(e) == "unavailable");
}
