namespace OrleansStream.Gateway.Http;

/// <summary>
/// A long wait as several short ones. A call that was on its way to a silo when that died may never be answered: it costs one of them, and the next finds the grain where
/// it is then.
/// </summary>
internal static class PatientCall
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="ask">Waits at most as long as it is told.</param>
    /// <param name="done">Tells an answer from "not yet".</param>
    /// <param name="wait">For all of it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="OrleansException">The last of the calls failed, and there is no time for another.</exception>
    /// <exception cref="TimeoutException">The same.</exception>
    public static async Task<T> AskAsync<T>(Func<TimeSpan, Task<T>> ask, Func<T, bool> done, TimeSpan wait, TimeProvider time)
    {
        for (long started = time.GetTimestamp(); ;)
        {
            var left = wait - time.GetElapsedTime(started);
            var slice = left < TimeSpan.Zero ? TimeSpan.Zero : left < Slice ? left : Slice;
            try
            {
                var answer = await ask(slice).WaitAsync(slice + Grace, time);
                if (done(answer) || left <= slice) return answer;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException && left > slice)
            {
                await Task.Delay(Pause, time);
            }
        }
    }
}
