using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Limits;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Http;

/// <summary>Turns what handlers throw into problems. Nothing internal leaves; what nobody expected is logged.</summary>
internal sealed class ExceptionProblems(ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested) return true;
        await Answer(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    private IResult Answer(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case RequestRejectedException rejected:
                return rejected.ToResult();
            case BadHttpRequestException bad:
                return Problems.Error(bad.StatusCode, bad.StatusCode == 413 ? "body-too-large" : "bad-request", bad.StatusCode == 413 ? "The body is too large." : "The request cannot be read.");
            case RequestOverloadException overload:
                return Overload.Answer(context.Response, overload.Pressure);
            case LogOverloadedException:
                return Overload.Answer(context.Response, Overload.LogQueue);
            case LogUnavailableException unavailable:
                logger.LogWarning("The log did not serve a request: {Message}", unavailable.Message);
                context.Response.Headers.RetryAfter = "1";
                return Refused(unavailable);
            case var outage when Outages.CodeOf(outage) is { } code:
                logger.LogWarning(outage, "A request met an outage ({Code}).", code);
                context.Response.Headers.RetryAfter = "1";
                return Problems.Result(503, code, Outages.TitleOf(code), Outages.DetailOf(code));
            default:
                logger.LogError(exception, "A request failed in a way nobody expected: {Method} {Route}.", context.Request.Method, context.GetEndpoint()?.DisplayName);
                return Problems.Result(500, "internal-error", "The request failed");
        }
    }

    /// <summary>The log's message has paths and numbers of this machine: it is for the operator's log, not for clients.</summary>
    private static IResult Refused(LogUnavailableException unavailable) => unavailable switch
    {
        LogFullException => Problems.Result(503, unavailable.Code, "There is no space for records", "Reading goes on; records are taken again when there is space. Send these again with the same ids."),
        _ => Problems.Result(503, unavailable.Code, "The log cannot take records now", "Try again in a moment; nothing may be assumed of the records handed in, send them again with the same ids."),
    };
}
