using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using OrleansStream.Cli.Sending.Mapping;

namespace OrleansStream.Cli.Evaluation;

/// <param name="Id">Of the transaction.</param>
/// <param name="Card">A token of the card's number.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Amount">As in the file.</param>
/// <param name="Merchant">Its name.</param>
/// <param name="Category">Of the merchant.</param>
/// <param name="Lat">Of the purchase, degrees; null when the file has none.</param>
/// <param name="Lon">Of the purchase, degrees.</param>
/// <param name="IsFraud">The label.</param>
internal sealed record LabelledRow(
    string Id, string Card, DateTimeOffset Time, decimal Amount, string Merchant, string Category, double? Lat, double? Lon, bool IsFraud);

/// <summary>Labelled transactions of a file.</summary>
internal static class LabelledFile
{
    private const int MaxRowBytes = 1024 * 1024;
    private static readonly string[] Required = ["trans_num", "unix_time", "cc_num", "merchant", "category", "amt", "is_fraud"];

    /// <summary>All rows in the order of their time.</summary>
    /// <exception cref="UsageException">There is no such file, or it lacks a column.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    public static IReadOnlyList<LabelledRow> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: there is no such file");
        }

        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var csv = CsvReader.Create(plain, new CsvReaderOptions { Separator = ',', TrackLineNumbers = true, MaxRecordSize = MaxRowBytes }, leaveOpen: true);
        try
        {
            csv.ReadHeader();
            var columns = Columns(path, [.. csv.Headers]);
            var rows = new List<LabelledRow>();
            while (csv.Read())
            {
                rows.Add(Row(csv, columns));
            }

            // Stable: rows of one second stay as they are.
            return [.. rows.OrderBy(row => row.Time)];
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"line {e.LineNumber}: {e.Message}", e);
        }
    }

    private static Dictionary<string, int> Columns(string path, string[] header)
    {
        if (Required.FirstOrDefault(column => !header.Contains(column)) is { } missing)
        {
            throw new UsageException($"{path}: there is no column {missing}");
        }

        return header.Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index);
    }

    private static LabelledRow Row(CsvReader csv, Dictionary<string, int> columns)
    {
        try
        {
            string Text(string name) => csv.GetString(columns[name])!.Trim();
            double Number(string name) => double.Parse(Text(name), CultureInfo.InvariantCulture);
            var hasPlace = columns.ContainsKey("merch_lat") && columns.ContainsKey("merch_long");
            return new LabelledRow(
                Text("trans_num"), CardToken.Of(Text("cc_num")), DateTimeOffset.FromUnixTimeMilliseconds((long)(Number("unix_time") * 1000)),
                decimal.Parse(Text("amt"), CultureInfo.InvariantCulture), Text("merchant"), Text("category"),
                hasPlace ? Number("merch_lat") : null, hasPlace ? Number("merch_long") : null, Text("is_fraud") is "1" or "true" or "True");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"line {csv.LineNumber} cannot be read: {e.Message}", e);
        }
    }
}
