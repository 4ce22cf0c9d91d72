namespace OrleansStream.Cli.Sending.Reading;

/// <summary>Passes each line on as it is, with an id added where it has none.</summary>
internal sealed class NdjsonRecordReader(OpenInput input, string keyField) : LineRecordReader(input)
{
    public override string Signature => "ndjson";
    public override IReadOnlyList<string> Notes => [];

    protected override LoadRecord ToRecord(ReadOnlyMemory<byte> line, long number, DerivedIds ids)
    {
        if (!JsonLine.TryRead(line, keyField, out var json, out var problem))
        {
            return new LoadRecord { Line = number, Unsendable = new Rejection("malformed-json", problem), BytesRead = BytesRead };
        }

        return new LoadRecord
        {
            Line = number,
            Key = json.Key,
            Json = json.HasId ? line : json.WithId(ids.For(number, line.Span)),
            BytesRead = BytesRead,
        };
    }
}
