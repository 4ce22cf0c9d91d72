using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
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
            case LogUnavailableException unavailable:
                logger.LogError(unavailable, "Records were refused: the log is not available.");
                context.Response.Headers.RetryAfter = "1";
                return Problems.Result(503, "log-unavailable", "The log cannot take records now", "Try again in a moment; nothing may be assumed of the records handed in, send them again with the same ids.");
            case TimeoutException timeout:
                logger.LogWarning(timeout, "A grain did not answer in time.");
                context.Response.Headers.RetryAfter = "1";
                return Problems.Result(503, "timeout", "The service did not answer in time");
            default:
                logger.LogError(exception, "A request failed in a way nobody expected: {Method} {Route}.", context.Request.Method, context.GetEndpoint()?.DisplayName);
                return Problems.Result(500, "internal-error", "The request failed");
        }
    }
}
