namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>How records become a request body, and what its answer says of them.</summary>
internal interface IBatchFormat
{
    HttpContent Create(ReadOnlyMemory<LoadRecord> batch);

    IngestAnswer Read(HttpResponseMessage response, byte[] body, ReadOnlyMemory<LoadRecord> batch, DateTimeOffset now);
}

/// <summary>NDJSON, answered record by record.</summary>
internal sealed class NdjsonBatches : IBatchFormat
{
    public static readonly NdjsonBatches Instance = new();

    public HttpContent Create(ReadOnlyMemory<LoadRecord> batch) => BatchContent.Create(batch);

    public IngestAnswer Read(HttpResponseMessage response, byte[] body, ReadOnlyMemory<LoadRecord> batch, DateTimeOffset now) =>
        AnswerReader.Read(response, body, batch.Length, now);
}
