namespace OrleansStream.Cli.Sending.Progress;

/// <summary>
/// Keeps the records in flight in the order of the file, whatever order their answers come in, and so knows the line
/// before which nothing is open. Bounds them, too: this is what the reader waits for when the server is slow.
/// </summary>
internal sealed class AnswerTracker(int capacity, LoadMark start) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<LoadRecord> _open = new();
    private readonly SemaphoreSlim _room = new(capacity);
    private long _line = start.Line;
    private long _sentLine = start.SentLine;
    private long _bytesRead;
    private LoadCounts _atMark = start.Counts;
    private LoadCounts _live = start.Counts;

    /// <summary>Where another run can go on.</summary>
    public LoadMark Mark
    {
        get
        {
            lock (_gate)
            {
                return new LoadMark(_line, _sentLine, _atMark);
            }
        }
    }

    /// <summary>Everything answered so far, and the bytes of the input up to the mark.</summary>
    public (LoadCounts Counts, long BytesRead) Live
    {
        get
        {
            lock (_gate)
            {
                return (_live, _bytesRead);
            }
        }
    }

    /// <summary>Waits for room, then counts the record as open. One caller, in the order of the file.</summary>
    public async ValueTask AdmitAsync(LoadRecord record, CancellationToken stop)
    {
        await _room.WaitAsync(stop);
        lock (_gate)
        {
            _open.Enqueue(record);
            _sentLine = Math.Max(_sentLine, record.Line);
        }
    }

    /// <summary>Settles a record once, and moves the mark over all that is answered now.</summary>
    public void Settle(LoadRecord record, RecordOutcome outcome)
    {
        var freed = 0;
        lock (_gate)
        {
            record.Outcome = outcome;
            record.Json = default;
            _live = _live.Plus(outcome);
            while (_open.TryPeek(out var first) && first.Outcome != RecordOutcome.Pending)
            {
                _open.Dequeue();
                _line = first.Line;
                _bytesRead = first.BytesRead;
                _atMark = _atMark.Plus(first.Outcome);
                freed++;
            }
        }

        if (freed > 0)
        {
            _room.Release(freed);
        }
    }

    public void Dispose() => _room.Dispose();
}
