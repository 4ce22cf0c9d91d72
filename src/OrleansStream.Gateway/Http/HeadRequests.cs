using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Http;

/// <summary>HEAD is answered like GET (RFC 9110, 9.3.2); the server leaves the body out.</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    /// <summary>Call it before routing.</summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        context.Items[Mark] = Mark;
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            // Metrics and logs name what was asked.
            context.Request.Method = HttpMethods.Head;
        }
    });

    /// <summary>True when nobody reads a body: a stream has nothing to wait for.</summary>
    public static bool IsHead(this HttpContext context) => context.Items.ContainsKey(Mark);
}
