using System.Buffers;

namespace OrleansStream.Cli.Sending.Reading;

internal enum RecordFormat
{
    Csv,
    Tsv,
    Ndjson,
}

/// <summary>Tells the format of an input: by its name, else by how it begins.</summary>
internal static class RecordFormats
{
    public static RecordFormat? ByName(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => RecordFormat.Csv,
            ".tsv" or ".tab" => RecordFormat.Tsv,
            ".ndjson" or ".jsonl" => RecordFormat.Ndjson,
            _ => null,
        };
    }

    /// <summary>A brace begins NDJSON; otherwise the first line is a header, and has tabs or not.</summary>
    /// <exception cref="UsageException">The input is one JSON array.</exception>
    public static RecordFormat ByContent(ReadOnlySequence<byte> beginning)
    {
        var bytes = beginning.ToArray().AsSpan();
        var text = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("["u8))
        {
            throw new UsageException("The input is a JSON array. Send NDJSON instead: one JSON object per line.");
        }

        var lineEnd = text.IndexOf((byte)'\n');
        var header = lineEnd < 0 ? text : text[..lineEnd];
        return header.IsEmpty || header[0] == (byte)'{' ? RecordFormat.Ndjson
            : header.Contains((byte)'\t') ? RecordFormat.Tsv
            : RecordFormat.Csv;
    }
}
