namespace OrleansStream.Cli.Sending.Reading;

/// <summary>Turns an open input into records, one at a time, never the whole of it in memory.</summary>
internal interface IRecordReader
{
    /// <summary>What decides how a line becomes JSON: progress is only good for the same.</summary>
    string Signature { get; }

    /// <summary>What to tell the user about it before sending.</summary>
    IReadOnlyList<string> Notes { get; }

    IAsyncEnumerable<LoadRecord> ReadAsync(DerivedIds ids, CancellationToken stop);
}

internal static class RecordReaders
{
    /// <summary>Reads as far as needed to know that the file fits the target: nothing is sent before that.</summary>
    /// <exception cref="UsageException">The file's columns and the mapping do not go together.</exception>
    public static async Task<IRecordReader> CreateAsync(
        OpenInput input, IngestTarget target, IReadOnlyList<string> maps, CancellationToken stop) => target.Reader is { } own ? await own(input, maps, stop) : input.Format switch
        {
            RecordFormat.Ndjson when maps.Count > 0 =>
                throw new UsageException("--map is for the columns of CSV and TSV; lines of NDJSON are sent as they are."),
            RecordFormat.Ndjson => new NdjsonRecordReader(input, target.KeyField),
            RecordFormat.Tsv => await CsvRecordReader.CreateAsync(input, '\t', target, maps, stop),
            _ => await CsvRecordReader.CreateAsync(input, ',', target, maps, stop),
        };
}
