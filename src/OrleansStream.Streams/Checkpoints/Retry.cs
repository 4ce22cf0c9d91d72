using Microsoft.Extensions.Logging;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// The one owner of retries for what must not be given up: an outage of storage or log is back-pressure, never loss. Not a
/// resilience library's pipeline because there is no limit, no breaker and no fallback to configure.
/// </summary>
internal static class Retry
{
    public static async Task<T> ForeverAsync<T>(
        Func<Task<T>> action, string what, StreamEngineOptions options, TimeProvider time, ILogger logger, CancellationToken stop)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await action();
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                var pause = options.PauseAfter(attempt);
                logger.LogError(e, "Could not {What} (attempt {Attempt}); next try in {PauseMs:0} ms.", what, attempt + 1, pause.TotalMilliseconds);
                await Task.Delay(pause, time, stop);
            }
        }
    }
}
