using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;

namespace OrleansStream.ServiceDefaults;

/// <summary>A process from its start to its exit code.</summary>
public static class HostRun
{
    /// <summary>How long what has started may take to stop when the rest does not start.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs until the process is told to end. One that cannot start says why in its last line, on the error output, after what has started is stopped; one that is told to
    /// end while it starts just ends.
    /// </summary>
    /// <param name="app">The process.</param>
    /// <returns>Its exit code: 0, or 1 when it could not start.</returns>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        await using (app.ConfigureAwait(false))
        {
            try
            {
                await app.StartAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                bool told = e is OperationCanceledException && app.Lifetime.ApplicationStopping.IsCancellationRequested;
                using var limit = new CancellationTokenSource(StopLimit);
                await app.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (told) return 0;
                await Console.Error.WriteLineAsync($"{app.Environment.ApplicationName} cannot start: {Reason(e)}").ConfigureAwait(false);
                return 1;
            }
            await app.WaitForShutdownAsync().ConfigureAwait(false);
            return 0;
        }
    }

    private static string Reason(Exception exception)
    {
        if (exception is AggregateException several) return string.Join(' ', several.Flatten().InnerExceptions.Select(Reason));
        return exception is IOException { InnerException: AddressInUseException } ? $"{exception.Message} Stop the process that uses it, or start this one with --urls and another address." : exception.Message;
    }
}
