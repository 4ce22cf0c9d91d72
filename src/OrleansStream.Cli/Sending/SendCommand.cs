using System.CommandLine;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send KIND FILE</c>: one subcommand per kind of event.</summary>
internal static class SendCommand
{
    private const string Details = """
        Each kind of event has a command of its own, which knows the usual columns. A load that was stopped goes on where it
        was when the same command is given again, and what was sent already changes nothing.

        Examples:
          ostream send transactions transactions.csv.gz --rate 200
          ostream send clicks events.csv --map userId=visitorid --map itemId=itemid
          ostream send logs /var/log/nginx/access.log --service shop
          ostream send metrics cpu.csv --service shop --metric cpu
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new DocumentedCommand("send", "Load a file of events, in order per key, surviving restarts of the server and of itself.", Details)
        {
            SendTransactionsCommand.Create(global, console, clock),
            SendClicksCommand.Create(global, console, clock),
            SendLogsCommand.Create(global, console, clock),
            SendMetricsCommand.Create(global, console, clock),
        };
}
