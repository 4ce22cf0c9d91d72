using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Feed;

/// <summary>
/// Chooses which records the event stream tells of one by one: all while they are few, one in so many when they are more than may be told. What becomes of a chosen
/// record is told too. Nothing is chosen while nobody listens.
/// </summary>
internal sealed class RecordSamples(IOptions<PipelineOptions> options, TimeProvider time)
{
    private const int MaxOpen = 10_000;
    private const int OutputsPerSecond = 10;
    private readonly object _gate = new();
    private readonly int _perSecond = options.Value.DrawnPerSecond;
    private readonly Dictionary<Position, DateTimeOffset> _open = [];
    private List<ReceivedSample> _received = [];
    private List<ProcessedSample> _processed = [];
    private long _second, _seenInSecond, _outputsInSecond, _turn;
    private bool _listening;

    /// <summary>One record in so many is told of.</summary>
    public int Every { get; private set; } = 1;

    /// <summary>Called when there are records that were handed in.</summary>
    public Action OnReceived { get; set; } = () => { };

    /// <summary>Called when there are records that were processed.</summary>
    public Action OnProcessed { get; set; } = () => { };

    public bool Listening
    {
        set
        {
            lock (_gate)
            {
                _listening = value;
                if (!value) (_received, _processed) = ([], []);
                if (!value) _open.Clear();
            }
        }
    }

    public void Received(TopicPartition partition, LogRecord record)
    {
        lock (_gate)
        {
            if (!_listening) return;
            Pace();
            _seenInSecond++;
            if (_turn++ % Every != 0 || _open.Count >= MaxOpen) return;
            var position = new Position(partition.Topic, partition.Partition, record.Offset);
            _open[position] = record.ReceivedAt;
            _received.Add(new ReceivedSample(position.ToString(), record.Key, record.ReceivedAt));
        }
        OnReceived();
    }

    public void Processed(Position input, TimeSpan latency, LogRecord? output)
    {
        lock (_gate)
        {
            if (!_listening || !_open.Remove(input)) return;
            Pace();
            bool whole = output is not null && _outputsInSecond++ < OutputsPerSecond;
            _processed.Add(new ProcessedSample(input.ToString(), Math.Round(latency.TotalMilliseconds, 2), output?.Headers, whole ? output!.Value : (ReadOnlyMemory<byte>?)null));
        }
        OnProcessed();
    }

    /// <summary>Chosen records that led to no output are processed too; how long that took nobody measured.</summary>
    public void Committed(TopicPartition partition, long committed)
    {
        lock (_gate)
        {
            if (_open.Count == 0) return;
            var passed = _open.Keys.Where(p => p.Offset < committed && p.TopicPartition == partition).ToList();
            if (passed.Count == 0) return;
            foreach (var position in passed)
            {
                _open.Remove(position);
                _processed.Add(new ProcessedSample(position.ToString(), null, null, null));
            }
        }
        OnProcessed();
    }

    /// <summary>Records handed in since the last time, and how many each stands for.</summary>
    public (IReadOnlyList<ReceivedSample> Records, int Every) TakeReceived()
    {
        lock (_gate)
        {
            var taken = _received;
            _received = [];
            return (taken, Every);
        }
    }

    /// <summary>Records processed since the last time.</summary>
    public IReadOnlyList<ProcessedSample> TakeProcessed()
    {
        lock (_gate)
        {
            var taken = _processed;
            _processed = [];
            return taken;
        }
    }

    private void Pace()
    {
        long second = time.GetUtcNow().ToUnixTimeSeconds();
        if (second == _second)
        {
            // A burst is thinned out at once, not a second later.
            if (_seenInSecond > (long)Every * _perSecond) Every = Round(_seenInSecond);
            return;
        }
        if (_second != 0) Every = Round(second == _second + 1 ? _seenInSecond : 0);
        (_second, _seenInSecond, _outputsInSecond) = (second, 0, 0);
    }

    /// <summary>1, 2, 5, 10, 20, 50, …: a number that people can multiply by.</summary>
    private int Round(long perSecond)
    {
        int every = 1;
        for (int i = 0; perSecond > (long)every * _perSecond * 5 / 4 && every < 1_000_000; i++) every = i % 3 == 1 ? every / 2 * 5 : every * 2;
        return every;
    }
}

/// <summary>A record that was handed in.</summary>
internal sealed record ReceivedSample(string Position, string Key, DateTimeOffset ReceivedAt);

/// <summary>What became of it.</summary>
/// <param name="Position">The record's.</param>
/// <param name="LatencyMs">From hand-in to published output; null when it had none.</param>
/// <param name="Headers">The output's: what its event stream can be filtered by.</param>
/// <param name="Output">The output's JSON, of a few a second.</param>
internal sealed record ProcessedSample(string Position, double? LatencyMs, KeyValuePair<string, string>[]? Headers, ReadOnlyMemory<byte>? Output);
