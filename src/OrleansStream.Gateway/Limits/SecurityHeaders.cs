using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Limits;

/// <summary>What browsers are told about every answer; pages have a policy of their own on top.</summary>
internal static class SecurityHeaders
{
    private const string Policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    private const string OneYear = "max-age=31536000";

    /// <summary>First of all, so that errors have them, too.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    });

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = OneYear;
        // What is no page needs nothing: an answer that a browser shows all the same does nothing in it.
        if (headers.ContentSecurityPolicy.Count == 0 && context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true)
            headers.ContentSecurityPolicy = Policy;
        return Task.CompletedTask;
    }
}
