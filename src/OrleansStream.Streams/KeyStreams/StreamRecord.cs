using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// What a read hands to the pulling agent and the cache, never to a consumer: one record of a stream; or, without a record, only the
/// stream's name, which makes the agent look at a stream it may have forgotten.
/// </summary>
internal sealed class StreamRecord(StreamId streamId, LogRecord? record) : IBatchContainer
{
    public StreamId StreamId { get; } = streamId;

    public LogRecord? Record { get; } = record;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Record?.Offset ?? 0);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new NotSupportedException("Consumers are given containers of the cache.");

    public bool ImportRequestContext() => false;
}
