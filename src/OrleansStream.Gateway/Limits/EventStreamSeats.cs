using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Pressure;

namespace OrleansStream.Gateway.Limits;

/// <summary>
/// How many event streams are open: one costs memory and a look at each record for as long as its client likes. Where there are no keys only their number in all counts: everybody has the
/// address of this machine.
/// </summary>
internal sealed class EventStreamSeats(IOptions<LimitOptions> limits, IOptions<AuthOptions> auth)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>How often a core may turn to an event stream, per second: some 20 µs each time. The rest is for those who send.</summary>
    private const int RoundsPerCore = 1_250;

    /// <summary>So many are served at once, whatever comes.</summary>
    private const int AtOnce = 50;

    private readonly Dictionary<string, int> _keys = [], _addresses = [];
    private readonly Lock _gate = new();
    private readonly bool _open = auth.Value.Mode == AuthMode.Open;
    private int _all;

    /// <summary>How many are open.</summary>
    public int Open
    {
        get
        {
            lock (_gate) return _all;
        }
    }

    /// <summary>
    /// How long each stream gathers what comes before it sends again: a record that a thousand are told of at once is a thousand times its own work, done before the next can be
    /// taken. Nothing for a few streams; 0.4 s for a thousand, 1.6 s for four thousand on two cores.
    /// </summary>
    public TimeSpan Pace => Open is var open and > AtOnce ? TimeSpan.FromSeconds(open / (double)(RoundsPerCore * Environment.ProcessorCount)) : TimeSpan.Zero;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TicketAccess>() is null)
        {
            await next(context);
            return;
        }
        var (key, address) = (context.Features.Get<Caller>()?.KeyId ?? "", ClientAddress.Of(context));
        if (Take(key, address) is { } full)
        {
            await Overload.RefuseAsync(context, full, Pause, "too-many-streams", "As many event streams are open as may be. Close one, or watch several topics by one: GET /v1/stream?topics=.");
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            Leave(key, address);
        }
    }

    /// <summary>Null when there is room, which is taken then; otherwise what is used up.</summary>
    internal Quota? Take(string key, string address)
    {
        var most = limits.Value;
        lock (_gate)
        {
            if (_all >= most.EventStreams) return new("event-streams", most.EventStreams, Pause);
            if (!_open && _keys.GetValueOrDefault(key) >= most.EventStreamsPerKey) return new("event-streams-key", most.EventStreamsPerKey, Pause);
            if (!_open && _addresses.GetValueOrDefault(address) >= most.EventStreamsPerAddress) return new("event-streams-address", most.EventStreamsPerAddress, Pause);
            _all++;
            _keys[key] = _keys.GetValueOrDefault(key) + 1;
            _addresses[address] = _addresses.GetValueOrDefault(address) + 1;
            return null;
        }
    }

    internal void Leave(string key, string address)
    {
        lock (_gate)
        {
            _all--;
            if (--_keys[key] == 0) _keys.Remove(key);
            if (--_addresses[address] == 0) _addresses.Remove(address);
        }
    }
}
