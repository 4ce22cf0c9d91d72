using System.Globalization;
using System.IO.Compression;

namespace OrleansStream.Cli.Evaluation;

/// <param name="Session">Its id in the file.</param>
/// <param name="Item">What was looked at.</param>
/// <param name="Seconds">When: unix time.</param>
internal readonly record struct SessionClick(string Session, string Item, double Seconds)
{
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(Seconds * 1000));
}

/// <summary>Clicks of sessions off a file with the columns <c>SessionId ItemId Time</c>.</summary>
internal static class SessionFile
{
    private static readonly string[] Columns = ["sessionid", "itemid", "time"];

    /// <summary>All clicks in the order of their time; those of one moment as they stand in the file.</summary>
    /// <exception cref="UsageException">There is no such file, or it lacks a column.</exception>
    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    public static IReadOnlyList<SessionClick> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: there is no such file");
        }

        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var lines = new StreamReader(plain);
        var header = lines.ReadLine() ?? throw new UsageException($"{path}: the file is empty");
        var separator = header.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        var names = header.Split(separator).Select(name => name.Trim().ToLowerInvariant()).ToList();
        int[] places = [.. Columns.Select(column => names.IndexOf(column))];
        if (Array.IndexOf(places, -1) is var missing and >= 0)
        {
            throw new UsageException($"{path}: there is no column {Columns[missing]} in its first line");
        }

        var clicks = new List<SessionClick>();
        for (var number = 2; lines.ReadLine() is { } line; number++)
        {
            if (line.Length > 0)
            {
                clicks.Add(Parse(line.Split(separator), places, number));
            }
        }

        // Stable: clicks of one moment stay as they are.
        return [.. clicks.OrderBy(click => click.Seconds)];
    }

    private static SessionClick Parse(string[] fields, int[] places, int number)
    {
        if (fields.Length <= places.Max() || !double.TryParse(fields[places[2]], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || !(Math.Abs(seconds) < 60_000_000_000) || fields[places[0]].Trim() is not { Length: > 0 } session || fields[places[1]].Trim() is not { Length: > 0 } item)
        {
            throw new InvalidDataException($"line {number} is no click");
        }

        return new SessionClick(session, item, seconds);
    }
}
