using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Anomalies;

namespace OrleansStream.Cli.Evaluation;

/// <summary>How good detections were, over all series.</summary>
/// <param name="Series">Files.</param>
/// <param name="Windows">With an anomaly.</param>
/// <param name="Detected">Windows in which something was detected.</param>
/// <param name="FalseAlarms">Detections outside of windows.</param>
/// <param name="MedianDelay">Rows from a window's beginning to its first detection; null when nothing was detected.</param>
/// <param name="NabScore">Standard profile, 0 to 100 against a detector that says nothing.</param>
/// <param name="PerSeries">The same by series.</param>
internal sealed record AnomalyQuality(
    int Series, int Windows, int Detected, int FalseAlarms, double? MedianDelay, double NabScore, IReadOnlyList<SeriesQuality> PerSeries)
{
    public static AnomalyQuality Of(IReadOnlyList<(string Name, NabScore Score)> series)
    {
        var all = series.Aggregate(Domain.Observability.Anomalies.NabScore.None, (sum, each) => sum + each.Score);
        return new AnomalyQuality(
            series.Count, all.Windows, all.Detected, all.FalseAlarms, Median(all.Delays), Math.Round(all.Normalized, 2), [.. series.Select(each => SeriesQuality.Of(each.Name, each.Score))]);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        var width = PerSeries.Count == 0 ? 0 : PerSeries.Max(each => each.Name.Length);
        foreach (var each in PerSeries)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{each.Name.PadRight(width)}  {each.Detected} of {each.Windows} detected, {each.FalseAlarms} false alarms, delay {(each.MedianDelay is { } delay ? $"{delay:0.#} rows" : "-")}{(each.Windows > 0 ? $", score {each.NabScore:0.0}" : "")}"));
        }

        text.Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{Series} series: {Detected} of {Windows} windows detected, {FalseAlarms} false alarms, median delay {(MedianDelay is { } median ? $"{median:0.#} rows" : "-")}, NAB standard score {NabScore:0.0}"));
        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(this, AnomalyJson.Default.AnomalyQuality);

    internal static double? Median(IReadOnlyList<int> delays)
    {
        if (delays.Count == 0)
        {
            return null;
        }

        int[] sorted = [.. delays.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }
}

/// <summary>Of one series.</summary>
internal sealed record SeriesQuality(string Name, int Windows, int Detected, int FalseAlarms, double? MedianDelay, double NabScore)
{
    public static SeriesQuality Of(string name, NabScore score) =>
        new(name, score.Windows, score.Detected, score.FalseAlarms, AnomalyQuality.Median(score.Delays), Math.Round(score.Normalized, 2));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AnomalyQuality))]
internal sealed partial class AnomalyJson : JsonSerializerContext;
