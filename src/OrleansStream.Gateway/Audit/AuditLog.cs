using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Limits;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Audit;

/// <summary>
/// Who changed what, and who was not let: one line per request to a route of <see cref="Scope.Operate"/> that is no question, under the category <c>OrleansStream.Audit</c>. Keys
/// are named by their public id; what a path names is there as its hash where it may be a person or a card.
/// </summary>
internal static class AuditLog
{
    public const string Category = "OrleansStream.Audit";

    /// <summary>Of a path: the ids of things that operators make themselves. Everything else is hashed.</summary>
    private static readonly string[] Plain = ["version", "name", "fingerprint"];

    /// <summary>Around the check of keys: what is refused is to be seen, too.</summary>
    public static void UseAudit(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        app.Use((context, next) =>
        {
            // Only then is the answer known, an exception's too; what was asked for may be gone by then.
            if (Describe(context) is { } asked) context.Response.OnCompleted(() => Write(logger, context, asked));
            return next(context);
        });
    }

    private static string? Describe(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<RequiredScope>()?.Scope != Scope.Operate) return null;
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return null;
        string target = string.Join(", ", context.Request.RouteValues.Select(v => $"{v.Key} {Shown(v.Key, v.Value?.ToString() ?? "")}"));
        return target.Length == 0 ? $"{context.Request.Method} {endpoint.RoutePattern.RawText}" : $"{context.Request.Method} {endpoint.RoutePattern.RawText} ({target})";
    }

    private static string Shown(string name, string value) => Plain.Contains(name) ? string.Concat(value.Take(128).Select(c => char.IsControl(c) ? '?' : c)) : KeyHash.Of(value);

    private static Task Write(ILogger logger, HttpContext context, string asked)
    {
        logger.LogInformation("{Actor} from {Address}: {Asked} was answered {Status}.", context.Features.Get<Caller>()?.KeyId ?? "nobody", ClientAddress.Of(context), asked, context.Response.StatusCode);
        return Task.CompletedTask;
    }
}
