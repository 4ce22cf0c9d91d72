using System.CommandLine;
using OrleansStream.Cli.Sending.Mapping;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send transactions FILE</c>.</summary>
internal static class SendTransactionsCommand
{
    private static readonly IngestTarget Transactions = new(
        "transactions", "v1/transactions", "cardId", "v1/cards/", Required: ["cardId", "amount"], TransactionFields.All);

    private const string Summary = "Load card transactions from a CSV, TSV or NDJSON file (also .gz, or - for standard input).";

    private static readonly string Details = $"""
        Columns. The first line of CSV and TSV names the columns; well-known names are mapped without being told (cc_num
        fills cardId, amt amount, unix_time time, merch_lat location.lat, ...), and what is mapped is printed first. --map
        overrides: --map cardId=pan --map merchant.category=mcc --map ip= (leaves ip out). cardId and amount are required.
        Fields: {FieldList()}.
        Times may be unix seconds or milliseconds, RFC 3339, or 'yyyy-MM-dd HH:mm:ss', which is taken as UTC.
        Card numbers: a cardId of 12 to 19 digits is never sent. In its place goes 'card-' and 16 hex digits of the
        SHA-256 of the number: the same card gets the same token in every file.
        NDJSON lines are sent as they are, card numbers too: the server refuses those.

        Ids. A record without an id gets one derived from the content of the file and its line, so sending the same file
        again changes nothing: the server answers 'duplicate'.

        Order. The transactions of one card are sent in the order of the file: a card stays in its lane, and a lane has
        one batch in flight. When the server is busy or away, the load waits and sends the same batch again. What was
        stored before its answer got lost comes back as 'duplicate' and is counted as resent: already there.

        Resuming. Progress is kept about once a second and at Ctrl-C; run the same command again to go on from there.
        A load that came to its end begins at line 1 the next time.

        Examples:
          ostream send transactions transactions.csv.gz
          ostream send transactions pos.tsv --map cardId=pan_token --map amount=total --rate 200
          zcat today.ndjson.gz | ostream send transactions - --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var options = new SendOptions(global);
        var command = new DocumentedCommand("transactions", Summary, Details);
        options.AddTo(command);
        command.SetAction((parsed, stop) => new FileLoad(Transactions, options.Read(parsed), console, clock).RunAsync(stop));
        return command;
    }

    private static string FieldList() =>
        string.Join(",\n  ", TransactionFields.All.Select(field => field.Path).Chunk(8).Select(row => string.Join(", ", row)));
}
