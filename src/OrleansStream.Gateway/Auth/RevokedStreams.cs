using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Keys;

namespace OrleansStream.Gateway.Auth;

/// <summary>Ends the open event streams of a key that is revoked or expires: they would outlive it by hours.</summary>
internal sealed class RevokedStreams
{
    /// <summary>What ends later outlives any connection.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _keys = new();

    public RevokedStreams(ApiKeyList keys) => keys.Revoked += id =>
    {
        if (_keys.TryRemove(id, out var streams)) _ = streams.CancelAsync();
    };

    public CancellationToken Of(string keyId) => _keys.GetOrAdd(keyId, _ => new CancellationTokenSource()).Token;

    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TicketAccess>() is null || context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }
        var streams = context.RequestServices.GetRequiredService<RevokedStreams>();
        var ended = streams.Of(caller.KeyId);
        // A revocation just before this line told nobody.
        if (context.RequestServices.GetRequiredService<ApiKeyList>().Find(caller.KeyId) is { RevokedAt: not null }) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ended);
        if (caller.ExpiresAt is { } end)
        {
            var left = end - context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            if (left < LongestTimer) either.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        context.RequestAborted = either.Token;
        await next(context);
    }
}

internal static class RevokedStreamsExtensions
{
    public static IApplicationBuilder UseRevokedStreams(this IApplicationBuilder app) => app.Use((context, next) => RevokedStreams.InvokeAsync(context, next));
}
