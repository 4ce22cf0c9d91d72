namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>Whether, why and since when the load waits for the server: what the display shows of an outage.</summary>
internal sealed class ServerWait(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, string> _waiting = [];
    private long _since;

    /// <summary>Null while every lane gets its answers.</summary>
    public (string Reason, TimeSpan Duration)? Current
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 ? null : (_waiting.Values.First(), clock.GetElapsedTime(_since));
            }
        }
    }

    public void Begin(object lane, string reason)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _since = clock.GetTimestamp();
            }

            _waiting[lane] = reason;
        }
    }

    public void End(object lane)
    {
        lock (_gate)
        {
            _waiting.Remove(lane);
        }
    }
}
