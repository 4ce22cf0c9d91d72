using System.CommandLine;
using OrleansStream.Cli.Sending.Otlp;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send logs FILE</c>.</summary>
internal static class SendLogsCommand
{
    private const string Summary = "Load log lines: access logs of Apache or nginx, or NDJSON (also .gz, or - for standard input).";

    private const string Details = """
        Lines become log records of OpenTelemetry and are posted to /v1/logs, with the time that stands in them.
        Access logs: common and combined format, with a virtual host in front or fields behind. The severity is that of the
        status: 5xx ERROR, 4xx WARN, else INFO; each line counts as a request of the service.
        NDJSON: time (time, timestamp, @timestamp, ts), text (message, msg, body, log) and level (level, severity) are known by
        these names, everything else becomes an attribute. What is neither is rejected with its line number.

        Sending again. A file is sent in blocks of --batch lines; the server counts a block that comes again once, as long as
        file, service, --batch and --rate are the same. Progress is kept after each block and at Ctrl-C; run the same command
        again to go on from there.

        Examples:
          ostream send logs /var/log/nginx/access.log.1.gz --service shop
          ostream send logs app.ndjson --rate 100
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var options = new SendOptions(global);
        var service = new Option<string?>("--service") { Description = "The service whose log it is [default: the file's name without endings, or this host's].", HelpName = "name" };
        var command = new DocumentedCommand("logs", Summary, Details);
        options.AddTo(command);
        command.Add(service);
        command.SetAction((parsed, stop) =>
        {
            var settings = options.Read(parsed).InBlocks();
            var name = parsed.GetValue(service) ?? ServiceName.Of(settings.File);
            var target = new IngestTarget("logs", "v1/logs", "", "v1/services/", [], [])
            {
                Reader = (input, _, _) => Task.FromResult<Reading.IRecordReader>(new LogLineReader(input, name)), Format = OtlpBatches.Logs(name), InBlocks = true,
            };
            return new FileLoad(target, settings, console, clock).RunAsync(stop);
        });
        return command;
    }
}
