namespace OrleansStream.Cli.Sending.Progress;

/// <summary>Even ticks for as long as some work runs.</summary>
internal static class Ticks
{
    /// <summary>Ends when the work does, in whatever way; the work's failure is not thrown here.</summary>
    public static async IAsyncEnumerable<TimeSpan> UntilAsync(Task work, TimeSpan interval, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        using var timer = new PeriodicTimer(interval, clock);
        while (true)
        {
            var tick = timer.WaitForNextTickAsync().AsTask();
            if (await Task.WhenAny(tick, work) == work)
            {
                yield break;
            }

            yield return clock.GetElapsedTime(start);
        }
    }
}
