namespace OrleansStream.Streams.Partitions;

/// <summary>
/// How long the rules of a partition's processor take per record, on average of late: fast ones run on the partition's thread, which spares a message; slow ones on
/// their grains' threads, many at once. While they are slow, one batch in many still runs here, to see whether they still are.
/// </summary>
/// <remarks>
/// What is measured is the clock's time: a thread that was taken off its core, or stood still for a collection, has taken milliseconds for microseconds of work. So a
/// single batch counts for little more than the bound, and those that run while all are called count for more.
/// </remarks>
internal sealed class ApplyPace(TimeSpan fastBelow)
{
    private const int ProbeEvery = 64;
    private const double Weight = 1.0 / 64;
    private const double ProbeWeight = 1.0 / 8;
    private const double MostPerBatch = 8;
    private readonly double _bound = fastBelow.TotalMicroseconds;
    private double _microseconds;
    private int _sinceProbe;

    public bool IsFast => _bound > 0 && (_microseconds < _bound || ++_sinceProbe % ProbeEvery == 0);

    public void Took(TimeSpan elapsed, int records)
    {
        double weight = _microseconds < _bound ? Weight : ProbeWeight;
        _microseconds += weight * (Math.Min(elapsed.TotalMicroseconds / records, MostPerBatch * _bound) - _microseconds);
    }
}
