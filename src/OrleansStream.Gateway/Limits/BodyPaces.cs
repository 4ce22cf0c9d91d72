using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace OrleansStream.Gateway.Limits;

/// <summary>
/// From when on a body's pace counts: after five seconds for one request, up to twelve for the next. Many slow ones that begin together are then not refused in the same
/// moment, each with an exception through all layers, while those who send at a good pace wait.
/// </summary>
internal sealed class BodyPaces(IOptions<LimitOptions> limits)
{
    private const int Steps = 16;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(450);
    private readonly MinDataRate[] _rates =
        [.. Enumerable.Range(0, Steps).Select(i => new MinDataRate(limits.Value.MinBodyRate, LimitExtensions.PaceGrace + i * Step))];
    private uint _last;

    /// <summary>Gives a request that may have a body its own. HTTP/2 has one pace for all requests of a connection.</summary>
    public void Set(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpProtocol.IsHttp2(request.Protocol)) return;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = _rates[Interlocked.Increment(ref _last) % Steps];
    }
}
