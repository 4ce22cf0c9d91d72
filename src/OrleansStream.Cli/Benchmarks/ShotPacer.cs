namespace OrleansStream.Cli.Benchmarks;

/// <summary>
/// Due times on a grid fixed at the start. Sleeps to just before each, then spins: a timer alone is a millisecond late,
/// which is as long as what is measured. Where shots are so dense that it would spin all the time, it only sleeps: the
/// server may be on the same machine and needs the core, and what a shot leaves late counts from when it was due.
/// </summary>
internal sealed class ShotPacer(double perSecond, TimeProvider clock)
{
    private const double DensePerSecond = 200;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _spin = perSecond < DensePerSecond ? TimeSpan.FromMilliseconds(1.5) : TimeSpan.Zero;
    private readonly long _start = clock.GetTimestamp();

    /// <returns>The timestamp at which the shot was due.</returns>
    public async ValueTask<long> WaitForAsync(int shot, CancellationToken stop)
    {
        var due = _start + (long)(shot / perSecond * clock.TimestampFrequency);
        var ahead = clock.GetElapsedTime(clock.GetTimestamp(), due);
        if (ahead > _spin)
        {
            // A timer counts whole milliseconds, and one of less than that would not wait at all.
            await Task.Delay(TimeSpan.FromTicks(Math.Max(Tick.Ticks, (ahead - _spin).Ticks)), clock, stop);
        }

        while (_spin > TimeSpan.Zero && clock.GetTimestamp() < due)
        {
            stop.ThrowIfCancellationRequested();
            Thread.SpinWait(20);
        }

        return due;
    }
}
