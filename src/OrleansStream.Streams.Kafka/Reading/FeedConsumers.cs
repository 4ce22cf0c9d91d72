using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Records;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>The process's consumers: the first reads nearly everything, the others, made when needed and ended when idle, serve readers far from the rest of their partition.</summary>
internal sealed class FeedConsumers(KafkaLogOptions options, KafkaClients clients, RecordReader records, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FeedConsumer?[] _consumers = new FeedConsumer?[1 + options.CatchUpConsumers];
    private bool _disposed;

    /// <summary>The first consumer on which the partition has no feed; null when it has one on each.</summary>
    public FeedConsumer? FirstWithout(List<Feed> feeds)
    {
        for (int i = 0; i < _consumers.Length; i++)
        {
            int index = i;
            if (!feeds.Exists(f => f.Consumer.Index == index)) return Get(i);
        }
        return null;
    }

    public void Dispose()
    {
        FeedConsumer?[] all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _consumers];
        }
        foreach (var consumer in all) consumer?.Stop();
        foreach (var consumer in all) consumer?.Join();
    }

    private FeedConsumer Get(int index)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // One that has ended itself takes no feeds any more.
            if (_consumers[index] is not { IsEnding: false } consumer) _consumers[index] = consumer = new FeedConsumer(index, clients, records, time, logger);
            return consumer;
        }
    }
}
