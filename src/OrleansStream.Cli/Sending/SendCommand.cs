using System.CommandLine;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send KIND FILE</c>: one subcommand per kind of event.</summary>
internal static class SendCommand
{
    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new("send", "Load a file of events, in order per key, surviving restarts of the server and of itself.")
        {
            SendTransactionsCommand.Create(global, console, clock),
            SendClicksCommand.Create(global, console, clock),
            SendLogsCommand.Create(global, console, clock),
            SendMetricsCommand.Create(global, console, clock),
        };
}
