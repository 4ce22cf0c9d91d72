using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Feed;

/// <summary>The log with the pipeline's frames as one more topic, which is only read: event streams need not know the difference.</summary>
internal sealed class FeedLog(IEventLog log, PipelineFeed feed, TimeProvider time) : DelegatingLog(log)
{
    private volatile KnownTopics? _known;

    /// <summary>The log may learn how many partitions a topic has after this was made.</summary>
    public override IReadOnlyDictionary<string, int> Topics
    {
        get
        {
            var topics = base.Topics;
            if (_known is { } known && ReferenceEquals(known.OfLog, topics)) return known.All;
            return (_known = new KnownTopics(topics, new Dictionary<string, int>(topics) { [PipelineFeed.Topic] = 1 })).All;
        }
    }

    public override ILogReader OpenReader(TopicPartition partition, long offset) =>
        partition.Topic == PipelineFeed.Topic ? new Reader(feed, offset, time) : base.OpenReader(partition, offset);

    public override LogWatermarks Watermarks(TopicPartition partition) =>
        partition.Topic == PipelineFeed.Topic ? feed.Frames.Watermarks : base.Watermarks(partition);

    public override long RecordsFrom(TopicPartition partition, long offset) =>
        partition.Topic == PipelineFeed.Topic ? feed.Frames.Watermarks.RecordsFrom(offset) : base.RecordsFrom(partition, offset);

    private sealed record KnownTopics(IReadOnlyDictionary<string, int> OfLog, IReadOnlyDictionary<string, int> All);

    private sealed class Reader : ILogReader
    {
        private readonly PipelineFeed _feed;
        private readonly TimeProvider _time;
        private readonly IDisposable _listening;

        public Reader(PipelineFeed feed, long offset, TimeProvider time)
        {
            (_feed, _time, NextOffset) = (feed, time, offset);
            _listening = feed.Listen();
        }

        public long NextOffset { get; private set; }

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default)
        {
            var frames = _feed.Frames.From(NextOffset, maxRecords, out var changed);
            if (frames.Count == 0)
            {
                await changed.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                frames = _feed.Frames.From(NextOffset, maxRecords, out _);
            }
            if (frames.Count > 0) NextOffset = frames[^1].Offset + 1;
            return frames;
        }

        public void Dispose() => _listening.Dispose();
    }
}
