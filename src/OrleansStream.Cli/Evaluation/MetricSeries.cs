using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using OrleansStream.Domain.Observability.Anomalies;

namespace OrleansStream.Cli.Evaluation;

/// <summary>A series with the windows in which its anomalies lie.</summary>
/// <param name="Name">Relative to the directory, without <c>.gz</c>.</param>
/// <param name="Seconds">When, Unix seconds.</param>
/// <param name="Values">As many.</param>
/// <param name="Windows">First and last row.</param>
internal sealed record MetricSeries(string Name, long[] Seconds, double[] Values, IReadOnlyList<(int First, int Last)> Windows)
{
    private const long MaxBytes = 256L << 20;

    /// <summary>The file's rows: a header, then <c>timestamp,value</c>.</summary>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    public static MetricSeries Read(string path, string name, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> windows)
    {
        var (seconds, values) = (new List<long>(), new List<double>());
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        long bytes = 0;
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if ((bytes += line.Length) > MaxBytes)
            {
                throw new InvalidDataException($"{name} is larger than {MaxBytes >> 20} MiB");
            }

            if (number == 1 || line.Length == 0)
            {
                continue;
            }

            var cells = line.Split(',');
            if (cells.Length < 2 || !TryTime(cells[0], out var time) || !double.TryParse(cells[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            {
                throw new InvalidDataException($"{name}, line {number}: timestamp,value is expected");
            }

            seconds.Add(time.ToUnixTimeSeconds());
            values.Add(value);
        }

        return new MetricSeries(name, [.. seconds], [.. values], Rows(seconds, windows));
    }

    /// <summary>Windows by the name of their series.</summary>
    /// <exception cref="InvalidDataException">It is not <c>{"name":[["from","to"],…]}</c>.</exception>
    public static Dictionary<string, List<(DateTimeOffset From, DateTimeOffset To)>> ReadWindows(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.EnumerateObject().ToDictionary(
                series => series.Name,
                series => series.Value.EnumerateArray().Select(window => (Time(window[0]), Time(window[1]))).OrderBy(window => window.Item1).ToList());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path}: {{\"series\":[[\"from\",\"to\"],…]}} is expected: {e.Message}", e);
        }
    }

    /// <summary>Lets a detector with its defaults judge the series, each point by what came before it.</summary>
    public IReadOnlyList<int> Detect(CancellationToken stop)
    {
        var detector = new AnomalyDetector();
        var detections = new List<int>();
        for (var row = 0; row < Values.Length; row++)
        {
            stop.ThrowIfCancellationRequested();
            if (detector.Observe(Seconds[row], Values[row]).IsAnomaly)
            {
                detections.Add(row);
            }
        }

        return detections;
    }

    private static List<(int First, int Last)> Rows(List<long> seconds, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> windows)
    {
        var rows = new List<(int First, int Last)>();
        foreach (var (from, to) in windows)
        {
            var first = seconds.FindIndex(second => second >= from.ToUnixTimeSeconds());
            var last = seconds.FindLastIndex(second => second <= to.ToUnixTimeSeconds());
            if (first >= 0 && last >= first)
            {
                rows.Add((first, last));
            }
        }

        return rows;
    }

    private static DateTimeOffset Time(JsonElement text) => TryTime(text.GetString(), out var time) ? time : throw new FormatException($"{text} is no time");

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
