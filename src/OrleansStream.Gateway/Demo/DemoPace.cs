namespace OrleansStream.Gateway.Demo;

/// <summary>How many events are due when. One by one while there is time between them, by the tick above; after a delay it goes on at its rate and does not catch up.</summary>
internal sealed class DemoPace(double perSecond, TimeSpan tick, TimeProvider time)
{
    private static readonly TimeSpan MaxBehind = TimeSpan.FromSeconds(1);
    private long _origin = time.GetTimestamp();
    private double _taken;

    /// <summary>Until the next event is due, and no shorter than a tick.</summary>
    public TimeSpan Pause
    {
        get
        {
            var next = TimeSpan.FromSeconds((_taken + 1) / perSecond) - time.GetElapsedTime(_origin);
            // A slow load still has to see that it was stopped or that nobody watches.
            return next < tick ? tick : next > MaxBehind ? MaxBehind : next;
        }
    }

    /// <summary>Events that are due and not taken yet.</summary>
    public int Take()
    {
        var elapsed = time.GetElapsedTime(_origin);
        int due = (int)(elapsed.TotalSeconds * perSecond - _taken);
        if (due > 1 && due > perSecond * MaxBehind.TotalSeconds)
        {
            (_origin, _taken) = (time.GetTimestamp(), 0);
            return Math.Max(1, (int)(perSecond * tick.TotalSeconds));
        }
        _taken += Math.Max(0, due);
        return Math.Max(0, due);
    }
}
