using System.CommandLine;
using OrleansStream.Cli.Sending.Mapping;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send clicks FILE</c>.</summary>
internal static class SendClicksCommand
{
    private static readonly IngestTarget Clicks = new("clicks", "v1/clicks", "userId", "v1/users/", Required: ["userId", "itemId"], ClickFields.All);

    private const string Summary = "Load clicks of shop visitors from a CSV, TSV or NDJSON file (also .gz, or - for standard input).";

    private static readonly string Details = $"""
        Columns. The first line of CSV and TSV names the columns; well-known names are mapped without being told (SessionId
        fills userId, ItemId itemId, Time time, ...), and what is mapped is printed first. --map overrides:
        --map userId=visitor --map category= (leaves category out). userId and itemId are required.
        Fields: {string.Join(", ", ClickFields.All.Select(field => field.Path))}.
        action is view (the default), click, add, remove, order or other. Times as in send transactions.

        Ids, order and resuming are those of send transactions: the clicks of one visitor are sent in the order of the
        file, and sending a file again changes nothing.

        Examples:
          ostream send clicks train.tsv.gz
          ostream send clicks events.csv --map userId=visitorid --map itemId=itemid --rate 500
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var options = new SendOptions(global);
        var command = new DocumentedCommand("clicks", Summary, Details);
        options.AddTo(command);
        command.SetAction((parsed, stop) => new FileLoad(Clicks, options.Read(parsed), console, clock).RunAsync(stop));
        return command;
    }
}
