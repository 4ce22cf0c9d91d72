using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Segment;

/// <summary>The route's clients may send their key as <c>writeKey</c> in the body, as Segment's browser library does.</summary>
internal sealed class WriteKeyAccess
{
    public static readonly WriteKeyAccess Allowed = new();
}

/// <summary>The body of a request that is read once, before it is known who asks.</summary>
internal static class WriteKey
{
    private static readonly object Place = new();

    /// <summary>The body, within limits.</summary>
    /// <exception cref="RequestRejectedException">It cannot be taken in.</exception>
    public static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context, IOptions<GatewayOptions> options)
    {
        if (context.Items.TryGetValue(Place, out object? read)) return (ReadOnlyMemory<byte>)read!;
        var body = JsonRecords.Trim(await RequestBody.ReadAsync(context.Request, options.Value, context.RequestAborted));
        context.Items[Place] = body;
        return body;
    }

    /// <summary>The key in the body of a route that allows it; null when there is none, or no body that could have one.</summary>
    public static async Task<string?> FindAsync(HttpContext context, IOptions<GatewayOptions> options)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<WriteKeyAccess>() is null) return null;
        try
        {
            var member = SegmentEnvelope.Member(await BodyAsync(context, options), "writeKey"u8);
            return member.Length is > 2 and < 600 ? JsonSerializer.Deserialize<string>(member.Span) : null;
        }
        catch (Exception e) when (e is RequestRejectedException or JsonException or InvalidOperationException)
        {
            // Without a key the request is refused whatever else is wrong with it.
            return null;
        }
    }
}
