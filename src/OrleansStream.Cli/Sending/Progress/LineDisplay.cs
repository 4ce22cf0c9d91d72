using System.Globalization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>For logs and pipes: a line every five seconds, and one at once when the server goes away or comes back.</summary>
internal sealed class LineDisplay(TextWriter output, TimeProvider clock) : ILoadDisplay
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task ShowAsync(LoadStatus status, string file, Task load)
    {
        var due = Interval;
        var waiting = false;
        await foreach (var elapsed in Ticks.UntilAsync(load, Look, clock))
        {
            var reading = status.Read();
            if (reading.Wait is not null != waiting)
            {
                waiting = !waiting;
                await output.WriteLineAsync(waiting ? $"waiting for the server: {reading.Wait!.Value.Reason}" : "the server is back");
            }

            if (elapsed >= due)
            {
                due += Interval;
                var share = reading.Fraction is { } fraction ? string.Create(CultureInfo.InvariantCulture, $" ({fraction:P0})") : "";
                await output.WriteLineAsync($"{file}: {reading.Counts.Answered:N0} lines{share}, {LoadDisplays.Describe(reading)}");
            }
        }
    }
}
