using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>
/// Where a partition begins and ends, as far as this process knows: exact for what it appended or read itself, asked of the brokers for the rest. The end goes back only
/// when a broker that was asked later than everything known says so.
/// </summary>
internal sealed class PartitionEnds(Func<Task<LogWatermarks?>> ask)
{
    private readonly Lock _gate = new();
    private LogWatermarks _current;

    public LogWatermarks Current
    {
        get { lock (_gate) return _current; }
    }

    /// <summary>There are records up to here.</summary>
    public void Reached(long end)
    {
        lock (_gate)
            if (end > _current.High) _current = _current with { High = end };
    }

    /// <summary>What a broker answered.</summary>
    /// <param name="low">The oldest offset; null when it was not asked for.</param>
    /// <param name="high">The end.</param>
    /// <param name="before">What was known when the question was sent.</param>
    public void Answered(long? low, long high, LogWatermarks before)
    {
        lock (_gate)
        {
            if (high > _current.High || (high < before.High && _current.High == before.High)) _current = _current with { High = high };
            if (low is { } oldest) _current = _current with { Low = oldest };
            if (_current.Low > _current.High) _current = _current with { High = _current.Low };
        }
    }

    /// <summary>Asks now; null when nobody answered.</summary>
    public Task<LogWatermarks?> AskAsync() => ask();
}
