using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending.Otlp;

/// <summary>Lines of an access log, or of NDJSON, as log records of one service.</summary>
internal sealed class LogLineReader(OpenInput input, string service) : LineRecordReader(input)
{
    private static readonly Rejection Unknown = new("malformed-line", "neither a line of an access log (Apache, nginx: common or combined) nor a JSON object");

    public override string Signature => "otlp-logs:" + service;

    public override IReadOnlyList<string> Notes => [$"service: {service}"];

    protected override LoadRecord ToRecord(ReadOnlyMemory<byte> line, long number, DerivedIds ids) => LogRecordJson.Of(line.Span) is { } json
        ? new LoadRecord { Line = number, Key = service, Json = json, BytesRead = BytesRead }
        : new LoadRecord { Line = number, Unsendable = Unknown, BytesRead = BytesRead };
}
