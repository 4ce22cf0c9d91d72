using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers.Streams.Common;
using Orleans.Serialization;
using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// What waited for a stream when its subscriber was ready: at least one record, in order. Immutable while it is delivered, however
/// often; decoded one by one where it is consumed, so that a record nobody can read spoils no other.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.StreamRecordBatch")]
[SerializationCallbacks(typeof(OnDeserializedCallbacks))]
internal sealed class StreamRecordBatch : IBatchContainer, IOnDeserialized
{
    [NonSerialized] private StreamRecordFormat? _format;
    [NonSerialized] private readonly DeliveryCounter? _deliveries;

    public StreamRecordBatch(StreamId streamId, string provider, LogRecord[] records, StreamRecordFormat? format)
    {
        StreamId = streamId;
        Provider = provider;
        Records = records;
        _format = format;
        _deliveries = new DeliveryCounter();
    }

    [Id(0)] public StreamId StreamId { get; }

    /// <summary>Its name finds the format where the container is consumed.</summary>
    [Id(1)] public string Provider { get; }

    [Id(2)] public LogRecord[] Records { get; }

    /// <summary>
    /// The last record's, because the agent remembers it as how far delivery has come: were it the first's, a cursor that the agent opens "after"
    /// it would skip the others.
    /// </summary>
    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Records[^1].Offset);

    /// <summary>How often delivery was tried; counted on the agent's side only.</summary>
    public int Attempts => _deliveries?.Attempts ?? 0;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        if (_format is null) throw new InvalidOperationException($"This container is not bound to the log streams '{Provider}'.");
        foreach (var (item, record) in _format.Read<T>(Records))
            yield return Tuple.Create<T, StreamSequenceToken>(item, new EventSequenceTokenV2(record.Offset));
    }

    /// <summary>The context is each event's own and set when it is read. The agent asks before every try: that is what is counted here.</summary>
    public bool ImportRequestContext()
    {
        _deliveries?.Started(Provider, Records.Length);
        return false;
    }

    /// <summary>The agent gave up. It asks for the request context once more, to tell the subscriber: that is no try.</summary>
    public void GaveUp() => _deliveries?.Pause();

    public void OfferedAgain() => _deliveries?.Resume();

    void IOnDeserialized.OnDeserialized(DeserializationContext context) =>
        _format = context.ServiceProvider.GetRequiredKeyedService<StreamRecordFormat>(Provider);

    private sealed class DeliveryCounter
    {
        private bool _paused;

        public int Attempts { get; private set; }

        public void Started(string provider, int records)
        {
            if (_paused) return;
            if (Attempts++ > 0) StreamMetrics.KeyStreamRedelivered.Add(records, StreamMetrics.Provider(provider));
        }

        public void Pause() => _paused = true;

        public void Resume() => _paused = false;
    }
}
