namespace OrleansStream.Cli.Benchmarks;

/// <summary>
/// Due times on a grid fixed at the start. Sleeps to just before each, then spins: a timer alone is a millisecond late,
/// which is as long as what is measured.
/// </summary>
internal sealed class ShotPacer(double perSecond, TimeProvider clock)
{
    private static readonly TimeSpan Spin = TimeSpan.FromMilliseconds(1.5);

    private readonly long _start = clock.GetTimestamp();

    /// <returns>The timestamp at which the shot was due.</returns>
    public async ValueTask<long> WaitForAsync(int shot, CancellationToken stop)
    {
        var due = _start + (long)(shot / perSecond * clock.TimestampFrequency);
        var ahead = clock.GetElapsedTime(clock.GetTimestamp(), due);
        if (ahead > Spin)
        {
            await Task.Delay(ahead - Spin, clock, stop);
        }

        while (clock.GetTimestamp() < due)
        {
            stop.ThrowIfCancellationRequested();
            Thread.SpinWait(20);
        }

        return due;
    }
}
