using System.CommandLine;
using OrleansStream.Cli.Sending.Otlp;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending;

/// <summary><c>ostream send metrics FILE</c>.</summary>
internal static class SendMetricsCommand
{
    private const string Summary = "Load points of a metric from CSV, TSV or NDJSON of timestamp and value (also .gz, or - for standard input).";

    private const string Details = """
        Rows become points of gauges and are posted to /v1/metrics with their times. Columns: time (timestamp, ts, date), value,
        and maybe name, the metric; --map overrides, as in --map value=cpu. Times may be unix seconds or milliseconds, RFC 3339,
        or 'yyyy-MM-dd HH:mm:ss', which is taken as UTC.

        Sending again. A file is sent in blocks of --batch lines; the server counts a block that comes again once, as long as
        file, service, metric, --batch and --rate are the same. Run the same command again to go on after an interruption.

        Examples:
          ostream send metrics speed_7578.csv --service road-7578 --metric speed
          ostream send metrics cpu.ndjson --metric process.cpu.utilization
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var options = new SendOptions(global);
        var service = new Option<string?>("--service") { Description = "The service whose metric it is [default: the file's name without endings, or this host's].", HelpName = "name" };
        var metric = new Option<string?>("--metric") { Description = "The metric of rows that name none [default: the file's name without endings].", HelpName = "name" };
        var command = new DocumentedCommand("metrics", Summary, Details);
        options.AddTo(command);
        command.Add(service);
        command.Add(metric);
        command.SetAction((parsed, stop) =>
        {
            var settings = options.Read(parsed).InBlocks();
            var (name, shown) = (parsed.GetValue(service) ?? ServiceName.Of(settings.File), parsed.GetValue(metric) ?? ServiceName.Of(settings.File));
            var rows = new IngestTarget("metrics", "v1/metrics", "", "v1/services/", ["time", "value"], MetricPointReader.Fields);
            var target = rows with
            {
                Reader = async (input, maps, cancel) => new MetricPointReader(await RecordReaders.CreateAsync(input, rows, maps, cancel), name, shown),
                Format = OtlpBatches.Metrics(name),
                InBlocks = true,
            };
            return new FileLoad(target, settings, console, clock).RunAsync(stop);
        });
        return command;
    }
}
