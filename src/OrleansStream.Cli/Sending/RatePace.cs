namespace OrleansStream.Cli.Sending;

/// <summary>Lets records through at an even rate. After an outage it goes on at that rate; it does not catch up.</summary>
internal sealed class RatePace(double perSecond, TimeProvider clock)
{
    /// <summary>Less than a timer can keep: records due within it go together.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan MaxBehind = TimeSpan.FromSeconds(1);

    private long _origin = clock.GetTimestamp();
    private long _sinceOrigin;

    public async ValueTask WaitAsync(CancellationToken stop)
    {
        var ahead = TimeSpan.FromSeconds(_sinceOrigin / perSecond) - clock.GetElapsedTime(_origin);
        if (ahead < -MaxBehind)
        {
            _origin = clock.GetTimestamp();
            _sinceOrigin = 0;
        }
        else if (ahead > Grain)
        {
            await Task.Delay(ahead, clock, stop);
        }

        _sinceOrigin++;
    }
}
