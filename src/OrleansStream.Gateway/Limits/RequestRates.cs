using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Pressure;
using OrleansStream.ServiceDefaults;

namespace OrleansStream.Gateway.Limits;

/// <summary>Counts requests per address, and once it is known who asks, per key. Where there are no keys nobody is counted: only this machine can ask.</summary>
internal sealed class RequestRates(IOptions<LimitOptions> limits, IOptions<AuthOptions> auth) : IDisposable
{
    public const string Address = "address", Key = "key";

    private readonly PartitionedRateLimiter<string>? _addresses = Limiter(limits.Value.Address);
    private readonly PartitionedRateLimiter<string>? _keys = Limiter(limits.Value.Key);
    private readonly bool _open = auth.Value.Mode == AuthMode.Open;

    /// <summary>True when the request may go on; otherwise it is answered.</summary>
    public ValueTask<bool> TakeAddressAsync(HttpContext context) =>
        // An orchestrator that asks how the process is must hear it whoever else is at its address.
        _open || context.Request.Path.StartsWithSegments(HealthRoutes.Prefix) ? new(true) : TakeAsync(context, _addresses, ClientAddress.Of(context), Address, limits.Value.Address);

    /// <summary>The same once it is known who asks.</summary>
    public ValueTask<bool> TakeKeyAsync(HttpContext context) =>
        _open || context.Features.Get<Caller>() is not { } caller ? new(true) : TakeAsync(context, _keys, caller.KeyId, Key, limits.Value.Key);

    public void Dispose()
    {
        _addresses?.Dispose();
        _keys?.Dispose();
    }

    private static async ValueTask<bool> TakeAsync(HttpContext context, PartitionedRateLimiter<string>? limiter, string who, string policy, RateOptions rate)
    {
        if (limiter is null) return true;
        using var lease = limiter.AttemptAcquire(who);
        if (lease.IsAcquired) return true;
        var pause = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : rate.Period;
        await Overload.RefuseAsync(context, new Quota(policy, rate.Requests, rate.Period), pause, "rate-limited",
            $"More requests come {(policy == Key ? "with this key" : "from this address")} than {rate.Requests:N0} in {rate.Period.TotalSeconds:0.###} s. Send several records in one request.");
        return false;
    }

    private static PartitionedRateLimiter<string>? Limiter(RateOptions rate) => rate.Requests == 0 ? null : PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(rate.Burst, 1), TokensPerPeriod = rate.Requests, ReplenishmentPeriod = rate.Period, QueueLimit = 0,
        }));
}
