namespace OrleansStream.Cli.Benchmarks;

/// <summary>
/// An open load: shot n is due at start + n / rate, whatever became of the ones before. A thread of its own waits for the moment, to a tenth of a millisecond: a timer of the
/// runtime is up to two late, which is as long as what is measured, and would count as the server's.
/// </summary>
internal static class OpenLoad
{
    /// <summary>Fires all shots and waits for their ends.</summary>
    /// <param name="shots">How many.</param>
    /// <param name="perSecond">At which rate.</param>
    /// <param name="shoot">Number and timestamp at which it was due. It runs on the pacing thread up to its first wait, so that no other thread has to wake up first.</param>
    /// <param name="clock">Timestamps.</param>
    /// <param name="stop">Ends it: no more shots.</param>
    public static async Task RunAsync(int shots, double perSecond, Func<int, long, Task> shoot, TimeProvider clock, CancellationToken stop)
    {
        var inFlight = new List<Task>(shots);
        await Task.Factory.StartNew(
            () =>
            {
                var start = clock.GetTimestamp();
                for (var n = 0; n < shots && !stop.IsCancellationRequested; n++)
                {
                    var due = start + (long)(n / perSecond * clock.TimestampFrequency);
                    Wait(due, clock, stop);
                    inFlight.Add(shoot(n, due));
                }
            },
            stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.WhenAll(inFlight);
        stop.ThrowIfCancellationRequested();
    }

    private static void Wait(long due, TimeProvider clock, CancellationToken stop)
    {
        var longest = TimeSpan.FromMilliseconds(100);
        for (var ahead = Ahead(); ahead > TimeSpan.Zero && !stop.IsCancellationRequested; ahead = Ahead())
        {
            PreciseSleep.For(ahead < longest ? ahead : longest);
        }

        TimeSpan Ahead() => clock.GetElapsedTime(clock.GetTimestamp(), due);
    }
}
