using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace OrleansStream.Gateway.Processors;

/// <summary>Texts of a path. Routing leaves an encoded slash as it is, and a key or an id may have one.</summary>
internal static class RouteText
{
    /// <param name="context">The request.</param>
    /// <param name="parameter">The route parameter.</param>
    /// <param name="fromEnd">Which segment of the path it is, counted from the end, 0 for the last.</param>
    public static string Of(HttpContext context, string parameter, int fromEnd)
    {
        string value = (string)context.GetRouteValue(parameter)!;
        if (!value.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return value;
        string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0].TrimEnd('/');
        string[] segments = path.Split('/');
        return segments.Length > fromEnd ? Uri.UnescapeDataString(segments[^(fromEnd + 1)]) : value;
    }
}
