using System.Globalization;
using System.IO.Compression;
using System.Text;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Benchmarks.Quality;

/// <summary>A labelled transaction of a file in the columns of simulated card data: <c>trans_num, unix_time, cc_num, merchant, category, amt, merch_lat, merch_long, is_fraud</c>.</summary>
internal sealed record LabelledTransaction(Transaction Transaction, bool IsFraud);

internal static class CardFile
{
    /// <summary>All rows in the order of their time.</summary>
    public static List<LabelledTransaction> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var columns = Split(reader.ReadLine()!).Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
        var rows = new List<LabelledTransaction>();
        while (reader.ReadLine() is { } line)
        {
            var cells = Split(line);
            string Cell(string name) => cells[columns[name]];
            double Number(string name) => double.Parse(Cell(name), CultureInfo.InvariantCulture);
            rows.Add(new LabelledTransaction(
                new Transaction
                {
                    Id = Cell("trans_num"), CardId = Cell("cc_num"), Amount = decimal.Parse(Cell("amt"), CultureInfo.InvariantCulture),
                    Time = DateTimeOffset.FromUnixTimeSeconds((long)Number("unix_time")),
                    Merchant = new Merchant { Id = Cell("merchant"), Category = Cell("category") },
                    Location = new Location(Number("merch_lat"), Number("merch_long")),
                },
                Cell("is_fraud") == "1"));
        }
        return [.. rows.OrderBy(r => r.Transaction.Time)];
    }

    private static List<string> Split(string line)
    {
        var (cells, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        foreach (char c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }
        cells.Add(cell.ToString());
        return cells;
    }
}
