using System.Runtime.CompilerServices;
using CsvHelper;
using OrleansStream.Cli.Sending.Mapping;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>Rows of CSV (RFC 4180) or TSV, turned into JSON by a <see cref="ColumnMapping"/>. The first line is the header.</summary>
internal sealed class CsvRecordReader : IRecordReader
{
    /// <summary>An opening quote that is never closed must not swallow the file.</summary>
    private const int MaxRowBytes = 1024 * 1024;

    private readonly OpenInput _input;
    private readonly CsvReader _rows;
    private readonly ColumnMapping _mapping;
    private readonly RowWriter _writer;

    private CsvRecordReader(OpenInput input, CsvReader rows, ColumnMapping mapping, string keyField)
    {
        _input = input;
        _rows = rows;
        _mapping = mapping;
        _writer = new RowWriter(mapping, keyField);
    }

    public string Signature => _mapping.Signature;
    public IReadOnlyList<string> Notes => _mapping.Describe();

    public static async Task<CsvRecordReader> CreateAsync(
        OpenInput input, char separator, IngestTarget target, IReadOnlyList<string> maps, CancellationToken stop)
    {
        var options = new CsvReaderOptions
        {
            Separator = separator,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRowBytes,
            // A row with too many or too few columns is rejected by itself, below.
            FieldCountMismatch = CsvFieldCountHandling.Allow,
        };
        var rows = CsvReader.Create(input.Text.AsStream(), options, leaveOpen: true);
        try
        {
            await rows.ReadHeaderAsync(stop);
        }
        catch (CsvFormatException e)
        {
            throw new UsageException($"The header cannot be read: {e.Message}");
        }

        IReadOnlyList<string> header = [.. rows.Headers];
        return header.Count == 0
            ? throw new UsageException("The file is empty: its first line must name the columns.")
            : new CsvRecordReader(input, rows, ColumnMapping.Resolve(target, header, maps), target.KeyField);
    }

    public async IAsyncEnumerable<LoadRecord> ReadAsync(DerivedIds ids, [EnumeratorCancellation] CancellationToken stop)
    {
        while (await ReadRowAsync(stop))
        {
            yield return ToRecord(_rows.LineNumber, ids);
        }
    }

    private LoadRecord ToRecord(long line, DerivedIds ids)
    {
        if (_rows.FieldCount != _mapping.HeaderCount)
        {
            var detail = $"{_rows.FieldCount} columns where the header has {_mapping.HeaderCount}";
            return new LoadRecord { Line = line, Unsendable = new Rejection("malformed-row", detail), BytesRead = _input.BytesRead };
        }

        var (key, json) = _writer.Write(_rows, () => ids.For(line, _rows.RawRecord));
        return new LoadRecord { Line = line, Key = key, Json = json, BytesRead = _input.BytesRead };
    }

    private async ValueTask<bool> ReadRowAsync(CancellationToken stop)
    {
        try
        {
            return await _rows.ReadAsync(stop);
        }
        catch (CsvFormatException e)
        {
            throw new CommandStoppedException($"Line {e.LineNumber}: {e.Message} Is a quote left open there?");
        }
    }
}
