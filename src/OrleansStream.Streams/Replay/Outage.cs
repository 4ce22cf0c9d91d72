using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>Failures in a row: waits longer and longer between tries, and gives up when nothing went well for too long.</summary>
internal sealed class Outage(TimeSpan giveUpAfter, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private long? _since;
    private int _failures;

    /// <summary>It went well again.</summary>
    public void Over() => (_since, _failures) = (null, 0);

    /// <summary>Waits before the next try.</summary>
    /// <exception cref="JobFailedException">It has been failing for too long.</exception>
    public Task PauseAsync(Exception cause, CancellationToken cancellationToken)
    {
        _since ??= time.GetTimestamp();
        if (time.GetElapsedTime(_since.Value) > giveUpAfter)
        {
            // A log's message has paths and numbers of its machine: it is for the operator's log.
            string why = cause is LogUnavailableException log ? log.Code : "unavailable";
            throw new JobFailedException($"It got nowhere for {giveUpAfter.TotalMinutes:0.#} min and was given up ({why}); the reason is in the silo's log.", cause);
        }
        var pause = FirstPause * Math.Pow(2, Math.Min(_failures++, 12));
        return Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken);
    }
}
