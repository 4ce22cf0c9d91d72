using System.CommandLine;
using OrleansStream.Domain.Observability.Anomalies;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval anomalies DIR</c>.</summary>
internal static class AnomaliesCommand
{
    private const string Summary = "Run the anomaly detector over labelled series and score it as the Numenta Anomaly Benchmark does.";

    private const string Details = """
        DIR holds series as CSV files (.gz too, also in subdirectories) with a header and the columns
          timestamp,value
        The windows file says in which times there are anomalies: {"dir/name.csv":[["from","to"],…],…}. Series it does not name
        have none.

        The detector is the one that alert rules of type anomaly use, with its defaults for all series; each point is judged
        by those before it. No server is asked.

        Printed are per series and in sum
          detected      windows with a detection
          falseAlarms   detections outside of windows
          medianDelay   rows from a window's beginning to its first detection
          nabScore      standard profile, normalized: 0 says nothing, 100 finds all at once

        Example:
          ostream eval anomalies data/metrics --windows data/metrics/windows.json
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder with the series, as CSV files." };
        var windows = new Option<string>("--windows") { Description = "JSON file that says in which times there are anomalies.", HelpName = "FILE", Required = true };
        var command = new DocumentedCommand("anomalies", Summary, Details) { directory, windows };
        command.SetAction(async (parsed, stop) =>
        {
            var (files, labels) = Find(parsed.GetValue(directory)!, parsed.GetValue(windows)!);
            var done = 0;
            var scores = new (string Name, NabScore Score)[files.Count];
            var work = Task.Run(
                () =>
                {
                    for (var i = 0; i < scores.Length; i++)
                    {
                        var series = MetricSeries.Read(files[i].Path, files[i].Name, labels.GetValueOrDefault(files[i].Name, []));
                        scores[i] = (series.Name, NabScore.Of(series.Values.Length, series.Windows, series.Detect(stop)));
                        Volatile.Write(ref done, i + 1);
                    }
                },
                stop);
            await WorkDisplay.ShowAsync(console, "series", () => Volatile.Read(ref done) / (double)files.Count, work, clock);
            await work;
            var quality = AnomalyQuality.Of(scores);
            await console.Out.WriteLineAsync(quality.ToText());
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(quality.ToJson());
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static (List<(string Path, string Name)> Files, Dictionary<string, List<(DateTimeOffset From, DateTimeOffset To)>> Windows) Find(string directory, string windows)
    {
        if (!Directory.Exists(directory))
        {
            throw new UsageException($"{directory}: there is no such directory");
        }

        if (!File.Exists(windows))
        {
            throw new UsageException($"{windows}: there is no such file");
        }

        var files = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
            .Select(path => (Path: path, Name: NameOf(directory, path)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .DistinctBy(file => file.Name)
            .ToList();
        return files.Count == 0 ? throw new UsageException($"{directory}: there are no .csv files") : (files, MetricSeries.ReadWindows(windows));
    }

    private static string NameOf(string directory, string path)
    {
        var name = Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
        return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
    }
}
