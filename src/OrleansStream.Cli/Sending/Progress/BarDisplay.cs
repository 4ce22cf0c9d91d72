using Spectre.Console;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>For terminals: a bar of the input answered so far, with rate, time left and counts beneath.</summary>
internal sealed class BarDisplay(TextWriter output, TimeProvider clock) : ILoadDisplay
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public Task ShowAsync(LoadStatus status, string file, Task load)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var reading = status.Read();
        return new Spectre.Console.Progress(console, clock) { ExcludeVerticalPadding = true }
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .UseRenderHook((bar, _) => new Rows(bar, new Text(LoadDisplays.Describe(reading))))
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(Path.GetFileName(file)), maxValue: 1);
                task.IsIndeterminate = reading.Fraction is null;
                await foreach (var _ in Ticks.UntilAsync(load, Look, clock))
                {
                    reading = status.Read();
                    task.Value = reading.Fraction ?? 0;
                }

                reading = status.Read();
                task.Value = load.IsCompletedSuccessfully ? 1 : task.Value;
            });
    }
}
