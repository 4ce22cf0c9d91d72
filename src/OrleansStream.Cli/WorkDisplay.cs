using System.Globalization;
using OrleansStream.Cli.Sending.Progress;
using Spectre.Console;

namespace OrleansStream.Cli;

/// <summary>How far a piece of work is: a bar on a terminal, else a line now and then.</summary>
internal static class WorkDisplay
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the work has ended, however it did: whoever began it looks at that.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="title">What is done.</param>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="work">The work.</param>
    /// <param name="clock">When to look.</param>
    public static async Task ShowAsync(CommandConsole console, string title, Func<double> fraction, Task work, TimeProvider clock)
    {
        if (!console.Interactive)
        {
            await foreach (var _ in Ticks.UntilAsync(work, Line, clock))
            {
                await console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{title}: {fraction():0.0%}"));
            }

            return;
        }

        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) });
        await new Spectre.Console.Progress(terminal, clock) { ExcludeVerticalPadding = true }
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1);
                await foreach (var _ in Ticks.UntilAsync(work, Look, clock))
                {
                    task.Value = fraction();
                }

                task.Value = work.IsCompletedSuccessfully ? 1 : fraction();
            });
    }
}
