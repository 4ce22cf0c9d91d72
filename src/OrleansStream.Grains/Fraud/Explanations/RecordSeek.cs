using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Fraud.Explanations;

/// <summary>Single records of a partition, asked for in ascending order: reads on over short distances and starts anew over long ones, so that what lies between costs nothing.</summary>
internal sealed class RecordSeek(IEventLog log, TopicPartition partition) : IDisposable
{
    private const int NearRecords = 1_024;
    private const int ReadRecords = 256;
    private const int ReadBytes = 1 << 20;

    /// <summary>A broker has to be asked; what is known to be there comes as soon as it answers.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private ILogReader? _reader;
    private IReadOnlyList<LogRecord> _records = [];
    private int _index;

    /// <summary>Null when the record is gone.</summary>
    public async ValueTask<LogRecord?> AtAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_index < _records.Count && _records[_index].Offset < offset) _index++;
            if (_index < _records.Count) return _records[_index].Offset == offset ? _records[_index] : null;
            if (_reader is null || offset - _reader.NextOffset > NearRecords)
            {
                _reader?.Dispose();
                _reader = log.OpenReader(partition, offset);
            }
            (_records, _index) = (await _reader.ReadAsync(ReadRecords, ReadBytes, Wait, cancellationToken), 0);
            if (_records.Count == 0) return null;
        }
    }

    public void Dispose() => _reader?.Dispose();
}
